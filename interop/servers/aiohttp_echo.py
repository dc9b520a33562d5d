# Echo server for wsspec matrix; peers.toml installs and starts it. Takes the port.
import sys
from aiohttp import web, WSMsgType

async def echo(req):
    ws = web.WebSocketResponse(max_msg_size=64 << 20, compress=True)
    await ws.prepare(req)
    async for m in ws:
        if m.type == WSMsgType.TEXT:
            await ws.send_str(m.data)
        elif m.type == WSMsgType.BINARY:
            await ws.send_bytes(m.data)
    return ws

app = web.Application()
app.router.add_get("/{p:.*}", echo)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
