"""Puts Debian's python3-websockets, as a client, through all cases of `wsspec serve`, one after another.
usage: /usr/bin/python3 runner/targets/websockets_client.py URL"""

import sys

# Python puts this folder first, where a module named websockets is a server of ours.
sys.path.pop(0)

import asyncio

import websockets

URL = sys.argv[1]
AGENT = "websockets"


def connect(path):
    return websockets.connect(URL + path, max_size=64 * 1024 * 1024, ping_interval=None, close_timeout=2)


async def ask(path):
    async with connect(path) as connection:
        return await connection.recv()


async def run(path):
    # How it fails is for the other side to judge.
    try:
        async with connect(path) as connection:
            async for message in connection:
                await connection.send(message)
    except Exception:
        pass


async def main():
    for number in range(1, int(await ask("/getCaseCount")) + 1):
        await run(f"/runCase?case={number}&agent={AGENT}")
    await run(f"/updateReports?agent={AGENT}")


asyncio.run(main())
