# Echo server for wsspec matrix; peers.toml installs and starts it. Takes the port.
import asyncio, sys
from tornado import web, websocket

class Echo(websocket.WebSocketHandler):
    def check_origin(self, origin):
        return True
    def get_compression_options(self):
        return {}
    def on_message(self, m):
        self.write_message(m, binary=isinstance(m, bytes))

async def main():
    app = web.Application([(r"/.*", Echo)], websocket_max_message_size=64 << 20)
    app.listen(int(sys.argv[1]), "127.0.0.1")
    await asyncio.Event().wait()

asyncio.run(main())
