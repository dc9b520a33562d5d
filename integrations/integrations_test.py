"""What others' CI runs: YAML parsed and held against what the services take, shell parts run as the services would.

Not seen here: GitHub's and GitLab's own runners, the upload of artifacts, and Docker, which builds the image.
"""

import json
import os
import pathlib
import re
import subprocess
import tarfile
import tempfile
import unittest

import jsonschema
import yaml

TOP = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = str((TOP / os.environ.get("WSSPEC_BINARY", "build/bin/wsspec")).resolve())

STEPS = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "oneOf": [{"required": ["run"]}, {"required": ["uses"]}],
        "additionalProperties": False,
        "properties": {
            "id": {"type": "string"},
            "name": {"type": "string"},
            "if": {"type": "string"},
            "uses": {"type": "string", "pattern": r"^(\./|[\w.-]+/[\w./-]+@)"},
            "with": {"type": "object"},
            "run": {"type": "string"},
            "shell": {"enum": ["bash", "sh"]},
            "env": {"type": "object"},
            "working-directory": {"type": "string"},
            "continue-on-error": {},
            "timeout-minutes": {"type": "integer"},
        },
    },
}
ACTION = {
    "type": "object",
    "required": ["name", "description", "runs"],
    "properties": {
        "inputs": {
            "type": "object",
            "additionalProperties": {"type": "object", "required": ["description"]},
        },
        "outputs": {
            "type": "object",
            "additionalProperties": {"type": "object", "required": ["description", "value"]},
        },
        "runs": {
            "type": "object",
            "required": ["using", "steps"],
            "properties": {"using": {"const": "composite"}, "steps": STEPS},
        },
    },
}
WORKFLOW = {
    "type": "object",
    "required": ["name", "on", "permissions", "jobs"],
    "properties": {
        "jobs": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {
                "type": "object",
                "required": ["runs-on", "steps", "timeout-minutes"],
                "properties": {"steps": STEPS},
            },
        }
    },
}


def read_yaml(path):
    data = yaml.safe_load(path.read_text())
    # YAML 1.1 takes the key `on` for true.
    if isinstance(data, dict) and True in data:
        data["on"] = data.pop(True)
    return data


def shell(script, environment, interpreter="bash", cwd=None):
    plain = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [interpreter, "-e", "-c", script], env={**plain, **environment}, cwd=cwd, capture_output=True, text=True, timeout=60
    )


class Yaml(unittest.TestCase):
    def test_action(self):
        action = read_yaml(TOP / "action.yml")
        jsonschema.validate(action, ACTION)
        for step in action["runs"]["steps"]:
            # A composite action has no default shell.
            self.assertTrue("uses" in step or "shell" in step)
        used = set(re.findall(r"inputs\.([\w-]+)", (TOP / "action.yml").read_text()))
        self.assertEqual(used, set(action["inputs"]), "every input is passed on, and no other")

    def test_workflows(self):
        workflows = sorted((TOP / ".github/workflows").glob("*.yml"))
        self.assertTrue(workflows)
        for path in workflows:
            with self.subTest(path.name):
                workflow = read_yaml(path)
                jsonschema.validate(workflow, WORKFLOW)
                for job in workflow["jobs"].values():
                    for step in job["steps"]:
                        if "run" in step:
                            # What the service replaces before the shell sees it.
                            script = re.sub(r"\$\{\{.*?\}\}", "value", step["run"])
                            checked = subprocess.run(["bash", "-n", "-c", script], capture_output=True, text=True)
                            self.assertEqual(checked.stderr, "", step)

    def test_every_other_file(self):
        for path in [*TOP.glob(".clusterfuzzlite/*.yaml"), *TOP.glob("fuzz/oss-fuzz/*.yaml")]:
            self.assertIsInstance(read_yaml(path), dict, path)


class Service(unittest.TestCase):
    """A folder in which a script runs as if in a job."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="wsspec-")
        self.addCleanup(self.folder.cleanup)
        self.at = pathlib.Path(self.folder.name)

    def release(self, version):
        """An archive as the release workflow makes it, and the URL of its folder."""
        name = f"wsspec-{version}-linux-{os.uname().machine}"
        place = self.at / "someone/wsspec/releases/download" / f"v{version}"
        place.mkdir(parents=True)
        with tarfile.open(place / f"{name}.tar.gz", "w:gz", compresslevel=1) as archive:
            archive.add(PROGRAM, f"{name}/bin/wsspec")
        return place.as_uri()


class GitHub(Service):
    def run_action(self, **inputs):
        for name in ("output", "summary"):
            (self.at / name).write_text("")
        (self.at / "temp").mkdir(exist_ok=True)
        action = read_yaml(TOP / "action.yml")
        defaults = {name: str(one.get("default", "")) for name, one in action["inputs"].items()}
        environment = {
            "GITHUB_ACTION_PATH": str(TOP),
            "GITHUB_OUTPUT": str(self.at / "output"),
            "GITHUB_STEP_SUMMARY": str(self.at / "summary"),
            "GITHUB_SERVER_URL": self.at.as_uri(),
            "RUNNER_TEMP": str(self.at / "temp"),
        }
        step = action["runs"]["steps"][0]
        for name, value in step["env"].items():
            known = re.fullmatch(r"\$\{\{ inputs\.([\w-]+) \}\}", value)
            if known:
                environment[name] = inputs.get(known[1], defaults[known[1]])
        environment["WSSPEC_REPOSITORY"] = "someone/wsspec"
        environment["WSSPEC_REFERENCE"] = inputs.get("reference", "main")
        if "program" in inputs:
            environment["WSSPEC_PROGRAM"] = inputs["program"]
        return shell(step["run"], environment)

    def outputs(self):
        return dict(line.split("=", 1) for line in (self.at / "output").read_text().splitlines())

    def test_a_server_that_is_spawned(self):
        ran = self.run_action(
            program=PROGRAM, spawn=f"{PROGRAM} echo --port {{port}}", cases="1.1.1 1.1.2", args="--header 'X: a b' --seed 5"
        )
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        outputs = self.outputs()
        self.assertEqual(outputs["status"], "0")
        result = json.loads(pathlib.Path(outputs["reports"], "result.json").read_text())
        self.assertEqual([case["id"] for case in result["cases"]], ["1.1.1", "1.1.2"])
        self.assertEqual(str(result["seed"]), "5")
        for name in ("report.html", "junit.xml"):
            self.assertTrue(pathlib.Path(outputs["reports"], name).stat().st_size)
        self.assertIn("WebSocket conformance", (self.at / "summary").read_text())

    def test_what_is_worse_fails_and_is_annotated(self):
        ran = self.run_action(program=PROGRAM, url="loop:drops-instead-of-failing", cases="4.1.1", strict="true")
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        self.assertEqual(self.outputs()["status"], "1")
        self.assertIn("::error title=4.1.1 ", ran.stdout)
        baseline = self.at / "baseline.json"
        baseline.write_text(
            '{"format": "wsspec-baseline/1", "cases": {"4.1.1": {"verdict": "non-strict", "reason": "known"}}}'
        )
        ran = self.run_action(
            program=PROGRAM, url="loop:drops-instead-of-failing", cases="4.1.1", strict="true", baseline=str(baseline)
        )
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)

    def test_a_client(self):
        ran = self.run_action(
            program=PROGRAM, role="client", spawn=f"{PROGRAM} connect {{case_url}}", cases="1.1.1", args="--agent mine"
        )
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)

    def test_a_release_is_fetched(self):
        self.release("1.2.3")
        for inputs in ({"version": "1.2.3"}, {"version": "v1.2.3"}, {"reference": "v1.2.3"}):
            ran = self.run_action(url="loop:", cases="1.1.1", **inputs)
            self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        ran = self.run_action(url="loop:", cases="1.1.1", version="9.9.9")
        self.assertEqual(ran.returncode, 2, ran.stdout + ran.stderr)
        self.assertIn("::error title=wsspec::", ran.stdout)

    def test_mistakes_are_named(self):
        for inputs in ({}, {"role": "proxy", "url": "ws://a/"}, {"role": "client", "url": "ws://a/"}):
            ran = self.run_action(program=PROGRAM, **inputs)
            self.assertEqual(ran.returncode, 2)
            self.assertIn("::error title=wsspec::", ran.stdout)


class GitLab(Service):
    def run_job(self, **variables):
        job = read_yaml(TOP / "integrations/gitlab/wsspec.yml")[".wsspec"]
        script = "\n".join(job["script"])
        environment = {name: str(value) for name, value in job["variables"].items()}
        return shell(script, {**environment, **variables}, interpreter="sh", cwd=self.at)

    def test_the_template(self):
        ran = self.run_job(WSSPEC_URL="loop:", WSSPEC_ARGS="--case 1.1.1", PATH=f"{pathlib.Path(PROGRAM).parent}:/usr/bin:/bin")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        job = read_yaml(TOP / "integrations/gitlab/wsspec.yml")[".wsspec"]
        for path in [*job["artifacts"]["paths"], job["artifacts"]["reports"]["junit"]]:
            self.assertTrue((self.at / path).stat().st_size, path)

    def test_a_release_is_fetched(self):
        ran = self.run_job(
            WSSPEC_URL="loop:", WSSPEC_ARGS="--case 1.1.1", WSSPEC_VERSION="4.5.6", WSSPEC_RELEASES=self.release("4.5.6"),
            PATH="/usr/bin:/bin",
        )
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)


class Image(unittest.TestCase):
    def test_it_keeps_to_the_contract(self):
        lines = (TOP / "integrations/docker/Dockerfile").read_text().splitlines()
        orders = [line.split(None, 1) for line in lines if line and not line.startswith("#")]
        self.assertEqual(orders[0][0], "FROM")
        self.assertFalse([order for order in orders if order[0] == "ENTRYPOINT"], "`IMAGE wstest -m …` is a command")
        command = json.loads(dict(orders)["CMD"])
        self.assertEqual(command[0], "/usr/local/bin/wstest")
        self.assertEqual(dict(orders)["EXPOSE"].split(), ["9001", "8080"])
        self.assertEqual({order[1] for order in orders if order[0] == "VOLUME"}, {"/config", "/reports"})
        # The command is one that the program takes: it complains of the file, not of itself.
        with tempfile.TemporaryDirectory() as folder:
            link = pathlib.Path(folder, "wstest")
            link.symlink_to(PROGRAM)
            ran = subprocess.run([link, *command[1:]], capture_output=True, text=True, timeout=60)
        self.assertIn("/config/fuzzingserver.json", ran.stdout + ran.stderr)


if __name__ == "__main__":
    unittest.main()
