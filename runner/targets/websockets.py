"""Echo server on Debian's python3-websockets. usage: /usr/bin/python3 runner/targets/websockets.py PORT [CERTIFICATE KEY]

With a certificate and its key (PEM files) it speaks wss.
"""

import sys

# Python puts this folder first, where a module of that name is ourselves.
sys.path.pop(0)

import asyncio
import logging
import signal
import ssl

import websockets


async def echo(connection, path=None):
    try:
        async for message in connection:
            await connection.send(message)
    except websockets.ConnectionClosed:
        pass


async def main(port, *certificate_and_key):
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    tls = None
    if certificate_and_key:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*certificate_and_key)
    # Without pings of its own, so that all it sends answers something.
    async with websockets.serve(echo, "127.0.0.1", port, max_size=64 * 1024 * 1024, ping_interval=None, ssl=tls):
        await stop.wait()


# Every refused handshake would be a traceback.
logging.getLogger("websockets").setLevel(logging.CRITICAL)
asyncio.run(main(int(sys.argv[1]), *sys.argv[2:]))
