# Echo client for wsspec matrix; peers.toml installs and starts it. Takes the URL.
import asyncio, sys, websockets

async def main():
    async with websockets.connect(sys.argv[1], max_size=64 << 20, compression="deflate", ping_interval=None) as ws:
        try:
            async for m in ws:
                await ws.send(m)
        except websockets.ConnectionClosed:
            pass

asyncio.run(main())
