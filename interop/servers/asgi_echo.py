# Echo server for wsspec matrix; peers.toml installs and starts it. Takes the port.
import sys

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            m = await receive()
            await send({"type": m["type"] + ".complete"})
            if m["type"] == "lifespan.shutdown":
                return
    if scope["type"] != "websocket":
        await send({"type": "http.response.start", "status": 426, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        return
    while True:
        m = await receive()
        if m["type"] == "websocket.connect":
            await send({"type": "websocket.accept"})
        elif m["type"] == "websocket.receive":
            if m.get("text") is not None:
                await send({"type": "websocket.send", "text": m["text"]})
            else:
                await send({"type": "websocket.send", "bytes": m["bytes"]})
        elif m["type"] == "websocket.disconnect":
            return

