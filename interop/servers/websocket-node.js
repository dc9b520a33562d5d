// Echo server for wsspec matrix; peers.toml installs and starts it. Takes the port.
const http = require('http'), { server: WsServer } = require('websocket');
const h = http.createServer((q, r) => { r.writeHead(426); r.end(); });
h.listen(+process.argv[2], '127.0.0.1');
const s = new WsServer({ httpServer: h, autoAcceptConnections: true, maxReceivedFrameSize: 64 << 20, maxReceivedMessageSize: 64 << 20 });
s.on('connect', c => c.on('message', m => m.type === 'utf8' ? c.sendUTF(m.utf8Data) : c.sendBytes(m.binaryData)));
