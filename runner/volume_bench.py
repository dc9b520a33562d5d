#!/usr/bin/env python3
"""Who is the bottleneck, the tester or the target?

Starts a target, runs the volume groups against it, and compares in one run: wall clock, the CPU time of the target
(all of its threads and children, from /proc), the CPU time of the tester, and the tester's peak memory.

usage: volume_bench.py [--wsspec FILE] [--profile P] [--case GLOB]... [COMMAND {port}]

Without a COMMAND the target is runner/targets/ws.js, whose packages `./dev test` installs. A benchmark, not a test:
figures depend on the machine, so it prints and judges nothing.
"""
import argparse
import os
import pathlib
import shlex
import signal
import socket
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent


def cpu_seconds(pid):
    """User and system time of a process, its threads, its children, dead or alive."""
    ticks = os.sysconf("SC_CLK_TCK")
    total = 0.0
    pending = [pid]
    while pending:
        each = pending.pop()
        try:
            fields = pathlib.Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()
            total += sum(int(field) for field in fields[11:15]) / ticks
            for task in pathlib.Path(f"/proc/{each}/task").iterdir():
                pending += [int(child) for child in (task / "children").read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            pass
    return total


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_listening(port, process):
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except ConnectionRefusedError:
            try:
                process.wait(timeout=0.05)
            except subprocess.TimeoutExpired:
                pass
    sys.exit(f"the target ended with status {process.returncode} before it listened")


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].split("\n")[0])
    parser.add_argument("--wsspec", default=root / "build/bin/wsspec")
    parser.add_argument("--profile", default="full")
    parser.add_argument("--case", action="append", default=[])
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    cases = options.case or ["9.*", "12.*", "13.*"]

    port = free_port()
    environment = dict(os.environ)
    command = [part.replace("{port}", str(port)) for part in options.command]
    if not command:
        environment["NODE_PATH"] = str(root / "build/peers/node_modules")
        command = ["node", str(root / "runner/targets/ws.js"), str(port)]
    target = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        wait_until_listening(port, target)
        before = cpu_seconds(target.pid)
        run = [str(options.wsspec), "run", f"ws://127.0.0.1:{port}/", "--profile", options.profile, "--quiet"]
        for glob in cases:
            run += ["--case", glob]
        start = os.times().elapsed
        tester = subprocess.Popen(run)
        _, status, usage = os.wait4(tester.pid, 0)
        wall = os.times().elapsed - start
        target_cpu = cpu_seconds(target.pid) - before
    finally:
        os.killpg(target.pid, signal.SIGTERM)
        target.wait()
    tester_cpu = usage.ru_utime + usage.ru_stime
    print(f"command             {shlex.join(command)}, --profile {options.profile}, {' '.join(cases)}")
    print(f"exit status         {os.waitstatus_to_exitcode(status)}")
    print(f"wall clock          {wall:8.1f} s")
    print(f"target's CPU        {target_cpu:8.1f} s")
    print(f"tester's CPU        {tester_cpu:8.1f} s")
    print(f"wall / target       {wall / target_cpu:8.2f}")
    print(f"tester / target     {tester_cpu / target_cpu:8.2f}")
    print(f"tester's peak RSS   {usage.ru_maxrss / 1024:8.1f} MiB")


main()
