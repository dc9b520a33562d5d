#!/usr/bin/env python3
"""Plays the suite against itself, and writes down what came of it: `./dev prove`.

  1. coverage     every requirement that could be tested has a case, or a reason why it has none
  2. faults       every faulty server and client is caught by a case of the requirement that it breaks
  3. reference    the reference passes all cases, in both parts, in every delivery, over TCP, TLS and Unix sockets
  4. derived      the reference passes every legal flow with one thing changed, in both parts
  5. under load   runs beside busy processes give equal verdicts

usage: prove.py [--short] [--build DIR] [--out FILE] [--part NAME]...

--short takes a few cases and few runs of each, in seconds instead of minutes: the form for CTest. Exit status 0: all
of it holds.
"""
import argparse
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

root = pathlib.Path(__file__).resolve().parent.parent

deliveries = ["", "whole", "per-frame", "per-octet", "coalesced", "every-split", "random:1"]
# What the reference does not offer, or what has no grade, is no breach.
passes = {"pass", "informational", "unimplemented", "skipped"}
# Where the reference makes use of a freedom that costs it a pass.
known = {
    ("client", "8.15.12"): "HTTP lets a recipient skip a line that has no colon (RFC 9112 section 5)",
}
# A case of each kind: echo, pings, violation, fragments, text, closing, masking, deflate.
few = ["1.1.2", "1.1.7", "2.10", "3.4", "5.8", "5.19", "6.3.1", "6.4.1", "7.1.6", "7.3.*", "11.1.1", "14.4.1"]


class Proof:
    def __init__(self, options):
        self.options = options
        self.wsspec = str(pathlib.Path(options.build) / "bin/wsspec")
        self.failed = []
        self.lines = ["# What `./dev prove` found", ""]

    def head(self, title):
        print(f"== {title}", flush=True)
        self.lines += ["", f"## {title}", ""]

    def say(self, text):
        print(f"   {text}", flush=True)
        self.lines += [f"- {text}"]

    def check(self, holds, text):
        self.say(f"{'ok' if holds else 'NOT SO'}: {text}")
        if not holds:
            self.failed.append(text)

    def run(self, arguments, seconds=1800, **more):
        return subprocess.run(
            arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=seconds, **more)


def results(path):
    with open(path) as file:
        return {case["id"]: case for case in json.load(file)["cases"]}


def coverage(proof):
    proof.head("Coverage")
    gate = proof.run([proof.wsspec, "coverage", "--check"])
    proof.check(gate.returncode == 0, "each testable requirement has a case, or a reason why not")
    if gate.returncode != 0:
        for line in gate.stdout.splitlines():
            proof.say(line)
    text = proof.run([proof.wsspec, "coverage"]).stdout
    proof.say(next(line for line in text.splitlines() if "testable requirements have a case" in line))


def faults(proof):
    proof.head("Faults")
    short = proof.options.short
    with tempfile.TemporaryDirectory() as folder:
        table = pathlib.Path(folder) / "faults"
        names = "*refuses_*closes*:*sends_*pongs*" if short else "Faults*.*:ClientFaults*.*"
        ran = proof.run([str(pathlib.Path(proof.options.build) / "bin/runner_test"), f"--gtest_filter={names}"],
                        # Faults that show in a process alone are started as one.
                        env={**os.environ, "WSSPEC_FAULT_TABLE": str(table),
                             "WSSPEC_BINARY": str(pathlib.Path(proof.wsspec).resolve())}, cwd=root)
        rows = [line.split("\t") for line in table.read_text().splitlines()] if table.exists() else []
    servers = sum(row[0] == "server" for row in rows)
    proof.check(ran.returncode == 0 and rows, f"{servers} faulty servers and {len(rows) - servers} faulty clients are "
                "caught, each by a case of the requirement that it breaks")
    if ran.returncode != 0:
        proof.lines += ["", "```", *[line for line in ran.stdout.splitlines() if "OK ]" not in line][-60:], "```"]
    if not short:
        # The issue asks for so many.
        proof.check(servers >= 150 and len(rows) - servers >= 60, "150 faulty servers and 60 faulty clients at least")
    proof.lines += ["", "| peer | fault | breaks | what it does | caught by |", "|---|---|---|---|---|"]
    for role, name, requirement, what, cells in sorted(rows):
        caught = "; ".join(cell.strip() for cell in cells.split(";") if cell.strip())
        proof.check(bool(caught), f"{name} is caught") if not caught else None
        proof.lines += [f"| {role} | {name} | {requirement} | {what} | {caught} |"]
    proof.lines += [""]


def selection(proof):
    return [part for glob in few for part in ("--case", glob)] if proof.options.short else ["--profile", "quick"]


def judge(proof, what, path, role, started):
    if not path.exists():
        return proof.check(False, f"{what}: no result")
    found = results(path)
    bad = {id: case for id, case in found.items() if case["verdict"] not in passes and (role, id) not in known}
    proof.check(found and not bad, f"{what}: {len(found)} cases in {time.monotonic() - started:.0f} s, "
                f"{sum(case['verdict'] == 'pass' for case in found.values())} passes")
    for id, case in list(bad.items())[:20]:
        proof.say(f"{what}: {id} {case['verdict']}, {case['detail']}")


def reference(proof):
    proof.head("The reference")
    axes = deliveries[:4] if proof.options.short else deliveries
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for delivery in axes:
            with_delivery = ["--delivery", delivery] if delivery else []
            for transport, where in [("TCP", []), ("TLS", ["--tls"]), ("a Unix socket", ["--unix", str(folder / "s")])]:
                if proof.options.short and transport != "TCP" and delivery:
                    continue
                out = folder / "server.json"
                out.unlink(missing_ok=True)
                started = time.monotonic()
                proof.run([proof.wsspec, "run", "loop:", *where, *with_delivery, *selection(proof), "--quiet", "--json",
                           str(out)], cwd=root)
                judge(proof, f"server over {transport}, {delivery or 'as written'}", out, "server", started)
            for transport in ["TCP", "TLS"]:
                if proof.options.short and (transport != "TCP" or delivery):
                    continue
                out = folder / "client.json"
                out.unlink(missing_ok=True)
                where, trust = ([], "")
                if transport == "TLS":
                    where, trust = (["--tls", str(folder / "ca")], f" --ca {folder / 'ca' / 'ca.pem'}")
                started = time.monotonic()
                proof.run([proof.wsspec, "serve", "--port", "0", *where, *with_delivery, *selection(proof), "--quiet",
                           "--jobs", "8", "--agent", "reference", "--json", str(out), "--spawn",
                           f"{proof.wsspec} connect {{case_url}}{trust}"], cwd=root)
                judge(proof, f"client over {transport}, {delivery or 'as written'}", out, "client", started)


def derived(proof):
    proof.head("Derived cases")
    environment = dict(os.environ)
    if not proof.options.short:
        environment["WSSPEC_ALL_DERIVED"] = "1"
    started = time.monotonic()
    ran = proof.run([str(pathlib.Path(proof.options.build) / "bin/runner_test"), "--gtest_filter=DerivedCases.*"],
                    env=environment, cwd=root)
    count = sum("/" in line for line in proof.run([proof.wsspec, "list", "--derived"]).stdout.splitlines())
    proof.check(ran.returncode == 0, f"the reference passes {'some of ' if proof.options.short else ''}the {count} "
                f"derived cases in both parts, in {time.monotonic() - started:.0f} s")
    if ran.returncode != 0:
        proof.lines += ["", "```", *ran.stdout.splitlines()[-60:], "```", ""]


def under_load(proof):
    proof.head("Under load")
    runs = 3 if proof.options.short else 20
    # Two more than there are processors: every run has to wait for its turn.
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range((os.cpu_count() or 2) + 2)]
    seen = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            for index in range(runs):
                out = pathlib.Path(folder) / f"{index}.json"
                proof.run([proof.wsspec, "run", "loop:", *selection(proof), "--quiet", "--seed", str(index + 1), "--json",
                           str(out)], cwd=root)
                seen.append({id: case["verdict"] for id, case in results(out).items()} if out.exists() else {})
    finally:
        for process in busy:
            process.kill()
            process.wait()
    differ = sorted({id for one in seen for id in set(one) | set(seen[0]) if one.get(id) != seen[0].get(id)})
    proof.check(seen[0] and not differ, f"{runs} runs of {len(seen[0])} cases beside {len(busy)} busy processes give "
                "equal verdicts")
    for id in differ[:20]:
        proof.say(f"{id}: {', '.join(sorted({one.get(id, 'none') for one in seen}))}")


def main():
    parts = {"coverage": coverage, "faults": faults, "reference": reference, "derived": derived, "load": under_load}
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].split("\n")[0])
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--build", default=root / "build")
    parser.add_argument("--out")
    parser.add_argument("--part", action="append", choices=list(parts), default=[])
    options = parser.parse_args()
    proof = Proof(options)
    for name in options.part or parts:
        parts[name](proof)
    verdict = "All of it holds." if not proof.failed else f"{len(proof.failed)} of it do not hold."
    proof.lines[1:1] = ["", verdict]
    out = pathlib.Path(options.out or pathlib.Path(options.build) / "prove.md")
    out.write_text("\n".join(proof.lines) + "\n")
    print(f"{verdict} {out}")
    return 1 if proof.failed else 0


if __name__ == "__main__":
    sys.exit(main())
