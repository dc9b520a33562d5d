"""A driver for a fuzzingserver on Debian's python3-websockets, as people write it for Autobahn.
usage: /usr/bin/python3 runner/targets/autobahn_driver.py URL AGENT
Prints one JSON object: the number of cases, and for each id the status that the server tells."""

import sys

# Python puts this folder first, where a module named websockets is a server of ours.
sys.path.pop(0)

import asyncio
import json
import urllib.parse

import websockets


def connect(url):
    return websockets.connect(url, max_size=64 * 1024 * 1024, ping_interval=None, close_timeout=2)


async def ask(url):
    async with connect(url) as connection:
        return await connection.recv()


async def run(url):
    # How it fails is for the other side to judge.
    try:
        async with connect(url) as connection:
            async for message in connection:
                await connection.send(message)
    except Exception:
        pass


async def main(url, agent):
    name = "agent=" + urllib.parse.quote(agent)
    count = int(await ask(f"{url}/getCaseCount"))
    statuses = {}
    for number in range(1, count + 1):
        info = json.loads(await ask(f"{url}/getCaseInfo?case={number}"))
        await run(f"{url}/runCase?case={number}&{name}")
        status = json.loads(await ask(f"{url}/getCaseStatus?casetuple={info['id']}&{name}"))
        statuses[info["id"]] = status["behavior"]
    await run(f"{url}/updateReports?{name}")
    print(json.dumps({"count": count, "statuses": statuses}))


asyncio.run(main(sys.argv[1], sys.argv[2]))
