# Echo client for wsspec matrix; peers.toml installs and starts it. Takes the URL.
import sys, websocket

ws = websocket.create_connection(sys.argv[1])
while True:
    try:
        op, data = ws.recv_data()
        if op == websocket.ABNF.OPCODE_CLOSE:
            break
        ws.send(data, op)
    except (websocket.WebSocketException, OSError):
        break
ws.close()
