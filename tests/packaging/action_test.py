#!/usr/bin/env python3
"""Runs the steps of action.yml as a runner does: inputs and outputs as expressions, files for outputs and the PATH,
a step's working directory and condition. Steps that use another action are stood in for by a folder that is kept.

action_test.py ACTION.yml DIST VERSION
"""
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

action_file, dist, version = sys.argv[1:]
root = os.path.dirname(os.path.abspath(action_file))
with open(action_file, encoding="utf-8") as file:
    action = yaml.safe_load(file)
failures = []


def complain(text):
    print(f"FAILED: {text}", file=sys.stderr)
    failures.append(text)


class Runner:
    """One job: a workspace, a PATH, and a cache that outlives it."""

    def __init__(self, workspace, cache):
        self.workspace = workspace
        self.cache = cache
        self.path = os.environ["PATH"]
        self.tools = tempfile.mkdtemp(dir=workspace)
        self.outputs = {}
        self.repository = "of/corral"
        self.log = ""

    def evaluated(self, text):
        def value(match):
            parts = match.group(1).strip().split(".")
            if parts[0] == "inputs":
                return self.inputs[parts[1]]
            if parts == ["github", "action_repository"]:
                return self.repository
            if parts[0] == "steps":
                return self.outputs.get(parts[1], {}).get(parts[3], "")
            raise ValueError(match.group(0))

        return re.sub(r"\$\{\{(.*?)\}\}", value, str(text))

    def holds(self, condition):
        name = re.fullmatch(r"inputs\.([a-z-]+) != ''", condition).group(1)
        return self.inputs[name] != ""

    def use(self, step):
        """actions/cache: restores now, saves when the job has ended."""
        assert step["uses"].startswith("actions/cache@"), step["uses"]
        key = self.evaluated(step["with"]["key"])
        self.saved = (os.path.join(self.cache, key), self.evaluated(step["with"]["path"]))
        hit = os.path.isdir(self.saved[0])
        if hit:
            shutil.copytree(*self.saved, dirs_exist_ok=True)
        self.outputs[step["id"]] = {"cache-hit": "true" if hit else "false"}

    def shell(self, step):
        output = tempfile.NamedTemporaryFile(dir=self.workspace)
        path = tempfile.NamedTemporaryFile(dir=self.workspace)
        environment = {
            "PATH": self.path, "HOME": self.workspace, "LANG": "C.UTF-8",
            "GITHUB_ACTION_PATH": root, "GITHUB_OUTPUT": output.name, "GITHUB_PATH": path.name,
            # Empty for the steps of a composite action, where only the expression has it (actions/runner#2473).
            "GITHUB_SERVER_URL": "https://127.0.0.1:1", "GITHUB_ACTION_REPOSITORY": "",
            "RUNNER_OS": "Linux", "RUNNER_ARCH": "X64", "RUNNER_TOOL_CACHE": self.tools,
        }
        environment |= {name: self.evaluated(value) for name, value in step.get("env", {}).items()}
        folder = os.path.join(self.workspace, self.evaluated(step.get("working-directory", ".")))
        # As the runner starts "shell: bash".
        result = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]], cwd=folder,
                                env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
        self.log += result.stdout + result.stderr
        if result.returncode != 0:
            return step["name"]
        with open(output.name, encoding="utf-8") as lines:
            self.outputs[step.get("id", step["name"])] = dict(line.rstrip("\n").split("=", 1) for line in lines)
        with open(path.name, encoding="utf-8") as lines:
            for line in lines:
                self.path = line.rstrip("\n") + ":" + self.path
        return None

    def run(self, **inputs):
        """The name of the step that failed, or None."""
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        assert set(given) <= set(action["inputs"]), given
        self.inputs = {name: given.get(name, str(about["default"])) for name, about in action["inputs"].items()}
        for step in action["runs"]["steps"]:
            if "if" in step and not self.holds(step["if"]):
                continue
            if "uses" in step:
                self.use(step)
            elif failed := self.shell(step):
                return failed
        if not os.path.isdir(self.saved[0]):
            shutil.copytree(self.saved[1], self.saved[0])
        return None


def expect(what, actual, expected, runner):
    if actual != expected:
        complain(f"{what}: {actual!r}, expected {expected!r}\n{runner.log}")


def corral(runner, *words, folder="."):
    return subprocess.run(["corral", *words], cwd=os.path.join(runner.workspace, folder), check=True, text=True,
                          env={"PATH": runner.path, "HOME": runner.workspace}, capture_output=True).stdout


def project(folder):
    os.makedirs(os.path.join(folder, "migrations"))
    with open(os.path.join(folder, "wrangler.json"), "w", encoding="utf-8") as config:
        config.write('{"d1_databases":[{"binding":"DB","database_name":"shop","database_id":"x"}]}')
    with open(os.path.join(folder, "migrations", "0001_users.sql"), "w", encoding="utf-8") as migration:
        migration.write("CREATE TABLE users(name TEXT);")


with tempfile.TemporaryDirectory() as home:
    cache = os.path.join(home, "cache")

    def job(name):
        workspace = os.path.join(home, name)
        os.makedirs(workspace)
        project(os.path.join(workspace, "app"))
        return Runner(workspace, cache)

    if str(action["inputs"]["version"]["default"]) != version:
        complain(f"action.yml installs {action['inputs']['version']['default']}, not {version}")
    with open(os.path.join(dist, "install.sh"), "rb") as installer:
        pin = hashlib.sha256(installer.read()).hexdigest()

    runner = job("wrong-pin")
    expect("a wrong pin", runner.run(**{"from": dist, "sha256": "0" * 64}), "Install corral", runner)
    expect("what was cached", os.path.isdir(cache) and os.listdir(cache), False, runner)

    first = job("first")
    expect("the first job", first.run(**{"from": dist, "sha256": pin}), None, first)
    expect("its output", first.outputs["install"]["version"], version, first)
    expect("its cache", first.outputs["cache"]["cache-hit"], "false", first)
    corral(first, "d1", "migrations", "apply", "shop", folder="app")
    corral(first, "d1", "execute", "shop", "--command", "INSERT INTO users VALUES('Ada')", folder="app")
    archive = os.path.join(home, "fixture.tar.zst")
    corral(first, "state", "export", archive, folder="app")

    # The release cannot be reached now: the binary has to come from the cache.
    second = job("second")
    expect("a job with cache, state and migrations",
           second.run(**{"sha256": pin, "working_directory": "app", "state": archive, "migrations": "shop DB"}), None, second)
    expect("its cache", second.outputs["cache"]["cache-hit"], "true", second)
    rows = corral(second, "d1", "execute", "shop", "--command", "SELECT name FROM users", "--format", "csv", folder="app")
    expect("the restored row", rows.split()[-1], "Ada", second)

    with open(os.path.join(second.workspace, "app", "migrations", "0002_more.sql"), "w", encoding="utf-8") as more:
        more.write("CREATE TABLE more(a);")
    expect("a pending migration", second.run(sha256=pin, working_directory="app", migrations="shop"),
           "Check the migrations", second)
    if "::error::the migrations of shop are not those of the state" not in second.log:
        complain("a pending migration: no annotation\n" + second.log)
    expect("a database that does not exist", second.run(sha256=pin, working_directory="app", migrations="nothing"),
           "Check the migrations", second)
    expect("an archive that does not exist", second.run(sha256=pin, working_directory="app", state="nothing.tar.zst"),
           "Restore the state", second)

    unreachable = job("unreachable")
    expect("no release and no cache", unreachable.run(), "Install corral", unreachable)
    asked = job("asked")
    with open(os.path.join(asked.tools, "curl"), "w", encoding="utf-8") as curl:
        curl.write('#!/bin/sh\necho "asked: $*"\nexit 22\n')
    os.chmod(curl.name, 0o755)
    asked.path = asked.tools + ":" + asked.path
    expect("a release that is not there", asked.run(), "Install corral", asked)
    if f"https://127.0.0.1:1/of/corral/releases/download/v{version}/install.sh" not in asked.log:
        complain("the release is not looked for in the action's repository\n" + asked.log)
    local = job("local")
    local.repository = ""
    expect("an action of no repository", local.run(), "Install corral", local)
    if 'give the input "from"' not in local.log:
        complain("an action of no repository: no advice\n" + local.log)
    strange = job("strange")
    expect("a version that is none", strange.run(version="0.1.0\nkey=other"), "Choose the folder", strange)

sys.exit(1 if failures else 0)
