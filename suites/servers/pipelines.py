"""A CI platform, as far as the documented pipelines need one: runs their commands as they stand.

Stand-ins are only for what is the platform's own: checkout, setup-python, caches, the deploys.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any  # what YAML holds

import yaml

PROJECT = Path(__file__).parent.parent.parent
_BLOCK = re.compile(r"^( *)```yaml\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_EXPRESSION = re.compile(r"\$\{\{ *(.*?) *\}\}")
# What the platform does by itself, and leaves nothing behind that a command needs.
_PLATFORMS = re.compile(
    r"actions/(checkout|setup-python|cache|upload-pages-artifact|deploy-pages)@v\d"
)
_ALWAYS = "${{ !cancelled() }}"


def list_workflows(page: str) -> dict[str, dict[str, Any]]:
    """List the workflows of a page of documentation, by their names."""
    found = {}
    for indent, block in _BLOCK.findall((PROJECT / page).read_text(encoding="utf-8")):
        text = "\n".join(line.removeprefix(indent) for line in block.splitlines())
        workflow = yaml.safe_load(text)
        if "jobs" in workflow:
            found[str(workflow["name"])] = workflow
    return found


@dataclass
class Runner:
    """Runs a pipeline's commands in a folder; `given` is what secrets.X and the like stand for."""

    folder: Path
    env: Mapping[str, str]
    given: Mapping[str, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    printed: str = ""

    def run_workflow(self, workflow: Mapping[str, Any], change: Mapping[str, str]) -> bool:
        """Run all jobs, with some lines of `env` changed; say whether all steps were well."""
        env = {**workflow.get("env", {}), **change}
        jobs = workflow["jobs"].values()
        return all(self._run_job(job["steps"], env, dict(self.given)) for job in jobs)

    def run_gitlab(self, page: Path, job: str, change: Mapping[str, str]) -> bool:
        """Run one job of a GitLab configuration."""
        configuration = yaml.safe_load(page.read_text(encoding="utf-8"))
        lines = [*configuration[job]["before_script"], *configuration[job]["script"]]
        env = {**configuration.get("variables", {}), **change}
        return self._run_script("set -eo pipefail\n" + "\n".join(lines), env)

    def _run_job(self, steps: list[Any], env: Mapping[str, str], known: dict[str, str]) -> bool:
        is_well = True
        for step in steps:
            if not is_well and step.get("if") != _ALWAYS:
                continue
            own = {**env, **self._resolve_all(step.get("env", {}), known)}
            if "run" in step:
                is_well &= self._run_step(step, own, known)
            elif step["uses"].startswith("your-org/feedpub@"):
                is_well &= self._run_action(step, own, known)
            else:
                assert _PLATFORMS.fullmatch(step["uses"]), step
        return is_well

    def _run_step(self, step: Any, env: Mapping[str, str], known: dict[str, str]) -> bool:
        output = self.folder.parent / "output"
        output.write_text("")
        script = "set -eo pipefail\n" + self._resolve(step["run"], known)
        is_well = self._run_script(script, {**env, "GITHUB_OUTPUT": str(output)})
        for line in output.read_text().splitlines():
            name, _, value = line.partition("=")
            known[f"steps.{step.get('id')}.outputs.{name}"] = value
        return is_well

    def _run_action(self, step: Any, env: Mapping[str, str], known: dict[str, str]) -> bool:
        action = yaml.safe_load((PROJECT / "action.yml").read_text(encoding="utf-8"))
        assert set(step.get("with", {})) <= set(action["inputs"])
        inputs = {name: given["default"] for name, given in action["inputs"].items()}
        inputs |= step.get("with", {})
        inside = {f"inputs.{name}": str(value) for name, value in inputs.items()}
        own = {**env, "GITHUB_ACTION_PATH": str(PROJECT)}
        is_well = self._run_job(action["runs"]["steps"], own, inside)
        for name, output in action["outputs"].items():
            value = self._resolve(output["value"], inside)
            known[f"steps.{step['id']}.outputs.{name}"] = value
        return is_well

    def _run_script(self, script: str, env: Mapping[str, str]) -> bool:
        self.commands.append(script)
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-c", script],
            cwd=self.folder,
            env={**os.environ, **self.env, **{name: str(value) for name, value in env.items()}},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        self.printed += done.stdout
        return done.returncode == 0

    def _resolve_all(self, values: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
        return {name: self._resolve(str(value), known) for name, value in values.items()}

    def _resolve(self, text: str, known: Mapping[str, str]) -> str:
        return _EXPRESSION.sub(lambda found: known[found[1]], text)
