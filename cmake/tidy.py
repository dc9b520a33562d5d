#!/usr/bin/env python3
"""clang-tidy over the sources that standard input names, one a line: for `./dev lint`.

Most of an hour goes into headers that have not changed. So a source that was clean is not read again until it, a header
of ours that it includes, its compile command, .clang-tidy or clang-tidy itself is another one; BUILD/tidy holds an
empty file for each that is known. An interrupted run goes on where it was.

usage: tidy.py BUILD
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
build = pathlib.Path(sys.argv[1])
known = build / "tidy"
# The compile commands are GCC's, whose warning options clang does not all know.
extra = ["--extra-arg=-Wno-unknown-warning-option"]
noise = re.compile(r"^(\d+ warnings? (generated|treated)|Suppressed|Use -header-filter)")


def ran(command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, errors="replace", **more)


def key_of(command, directory):
    """Of all that clang-tidy would look at, apart from what comes with the system; nothing if that can't be told."""
    words = [word for word in shlex.split(command) if word not in ("ccache", "-c")]
    at = words.index("-o")
    rule = ran(words[:at] + words[at + 2:] + ["-MM", "-MT", "x"], cwd=directory, stderr=subprocess.DEVNULL)
    if rule.returncode != 0:
        return None
    hashed = hashlib.sha256(common)
    # Another checkout is no other source.
    hashed.update(command.replace(str(root), ".").encode())
    for name in sorted(set(rule.stdout.replace("\\\n", " ").split()[1:])):
        hashed.update((pathlib.Path(directory) / name).read_bytes())
    return hashed.hexdigest()


def lint(source):
    """What clang-tidy has to say; nothing if it is clean."""
    entry = commands.get(str(root / source))
    key = key_of(entry["command"], entry["directory"]) if entry else None
    if key and (known / key).exists():
        return ""
    found = ran(["clang-tidy-19", "--quiet", "-p", str(build), *extra, source], cwd=root, stderr=subprocess.STDOUT)
    if found.returncode != 0:
        return "\n".join(line for line in found.stdout.splitlines() if not noise.match(line)) or f"{source}: failed"
    if key:
        (known / key).touch()
    return ""


commands = {entry["file"]: entry for entry in json.loads((build / "compile_commands.json").read_text())}
common = (root / ".clang-tidy").read_bytes() + ran(["clang-tidy-19", "--version"], check=True).stdout.encode()
known.mkdir(exist_ok=True)
clean = True
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    for output in pool.map(lint, sys.stdin.read().splitlines()):
        if output:
            clean = False
            print(output, flush=True)
sys.exit(0 if clean else 1)
