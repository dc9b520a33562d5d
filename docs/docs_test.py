"""Every command of the documentation, run as it stands there: each page in a folder of its own, from top to bottom.

A block marked sh is run by bash and has to succeed; a block with a file name behind its language is written there first.
A comment in front of a block says what it and all behind it up to the next heading need, or why it is not run.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = (TOP / os.environ.get("WSSPEC_BINARY", "build/bin/wsspec")).resolve()
BLOCK = re.compile(
    r"^(?:<!-- (?P<comment>[^>]*) -->\n)?```(?P<language>\w+)(?: (?P<file>\S+))?\n(?P<text>.*?)^```$", re.M | re.S
)


class Shell:
    def __init__(self, folder):
        self.folder = folder
        tools = folder / ".tools"
        tools.mkdir()
        # Debian's Python has Debian's modules; another may come first.
        (tools / "python3").symlink_to("/usr/bin/python3")
        self.environment = {
            "PATH": f"{PROGRAM.parent}:{tools}:{os.environ['PATH']}",
            "HOME": str(folder),
            "NODE_PATH": str(TOP / "build/peers/node_modules"),
        }

    def run(self, script):
        return subprocess.run(
            ["bash", "-e", "-u", "-o", "pipefail", "-c", script],
            cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=240,
        )

    def has(self, need):
        kind, _, module = need.partition(":")
        if need.startswith("/"):
            return pathlib.Path(need).exists()
        looks = {
            "node": f"node -e 'require(\"{module}\")'",
            "python": f"python3 -c 'import {module}'",
            "ruby": f"ruby -e 'require \"{module}\"'",
            "perl": f"perl -M{module} -e1",
            "cargo": "false",  # crates come from elsewhere
        }
        return self.run(looks[kind] if module else f"command -v {kind}").returncode == 0


class Pages(unittest.TestCase):
    def test_every_page(self):
        ran = {}
        for page in sorted((TOP / "docs").glob("*.md")):
            blocks = list(BLOCK.finditer(page.read_text()))
            with tempfile.TemporaryDirectory(prefix="wsspec-docs-") as name:
                shell = Shell(pathlib.Path(name))
                section, runs = 0, True
                for block in blocks:
                    # A need holds up to the next heading.
                    here = page.read_text()[: block.start()].count("\n## ")
                    if here != section:
                        section, runs = here, True
                    comment = block["comment"] or ""
                    if comment.startswith("needs: "):
                        runs = all(shell.has(need) for need in comment.removeprefix("needs: ").split())
                    if comment.startswith("not run: ") or not runs:
                        continue
                    if block["file"]:
                        path = pathlib.Path(name, block["file"])
                        path.parent.mkdir(parents=True, exist_ok=True)
                        path.write_text(block["text"])
                    elif block["language"] == "sh":
                        with self.subTest(page=page.name, script=block["text"]):
                            result = shell.run(block["text"])
                            self.assertEqual(result.returncode, 0, result.stdout[-2000:] + result.stderr[-2000:])
                        ran[page.name] = ran.get(page.name, 0) + 1
        # What every machine that runs the tests has.
        for page, least in {"start.md": 3, "servers.md": 3, "clients.md": 2, "ci.md": 3}.items():
            self.assertGreaterEqual(ran.get(page, 0), least, f"{page}: too few of its commands could be run")

    def test_links_lead_somewhere(self):
        for page in [TOP / "README.md", *(TOP / "docs").glob("*.md")]:
            text = page.read_text()
            for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
                if not target.startswith("http"):
                    self.assertTrue((page.parent / target).exists(), f"{page.name}: {target}")


if __name__ == "__main__":
    unittest.main()
