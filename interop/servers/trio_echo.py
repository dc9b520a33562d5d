# Echo server for wsspec matrix; peers.toml installs and starts it. Takes the port.
import sys, trio
from trio_websocket import serve_websocket, ConnectionClosed

async def on_request(req):
    ws = await req.accept()
    try:
        while True:
            await ws.send_message(await ws.get_message())
    except ConnectionClosed:
        pass

trio.run(lambda: serve_websocket(on_request, "127.0.0.1", int(sys.argv[1]), ssl_context=None, max_message_size=64 << 20))
