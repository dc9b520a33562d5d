# Echo server for wsspec matrix; peers.toml installs and starts it. Takes the port.
import sys
from twisted.internet import reactor
from autobahn.twisted.websocket import WebSocketServerFactory, WebSocketServerProtocol
from autobahn.websocket.compress import PerMessageDeflateOffer, PerMessageDeflateOfferAccept

class Echo(WebSocketServerProtocol):
    def onMessage(self, data, binary):
        self.sendMessage(data, binary)

f = WebSocketServerFactory()
f.protocol = Echo
f.setProtocolOptions(maxMessagePayloadSize=64 << 20, maxFramePayloadSize=64 << 20,
    perMessageCompressionAccept=lambda offers: next((PerMessageDeflateOfferAccept(o) for o in offers if isinstance(o, PerMessageDeflateOffer)), None))
reactor.listenTCP(int(sys.argv[1]), f, interface="127.0.0.1")
reactor.run()
