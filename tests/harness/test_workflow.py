"""GitHub's workflows are valid (actionlint) and safe (zizmor), and both programs notice what they are there to notice.

GitHub refuses a whole file for one wrong context, and no run on a desk would ever tell.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness import ROOT
from harness.lab.provision import Provision

GITHUB = ROOT / ".github"
# actionlint's package is from 2022 and knows neither of these; GitHub does.
OUTDATED = {
    'label "ubuntu-24.04" is unknown. available labels are "windows-latest", "windows-2022", "windows-2019", '
    '"windows-2016", "ubuntu-latest", "ubuntu-22.04", "ubuntu-20.04", "ubuntu-18.04", "macos-latest", "macos-12", '
    '"macos-12.0", "macos-11", "macos-11.0", "macos-10.15", "self-hosted", "x64", "arm", "arm64", "linux", "macos", '
    '"windows". if it is a custom label for self-hosted runner, set list of labels in actionlint.yaml config file',
    'undefined variable "vars". available variables are "env", "github", "inputs", "job", "matrix", "needs", '
    '"runner", "secrets", "steps", "strategy"',
}


def actionlint(folder: Path) -> list[str]:
    """What is invalid in the workflows below `folder`, as "FILE:LINE: MESSAGE"."""
    provision = Provision.from_env()
    files = sorted((folder / "workflows").glob("*.yml"))
    command = [provision.spotlight / "bin/node", provision.actionlint / "lint.mjs", *files]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    findings = [json.loads(line) for line in done.stdout.splitlines()]
    return [f"{Path(f['file']).name}:{f['line']}: {f['message']}" for f in findings if f["message"] not in OUTDATED]


def zizmor(folder: Path) -> list[str]:
    """What is unsafe in the workflows and the update settings below `folder`, as "FILE:LINE: AUDIT"."""
    program = Path(sys.executable).with_name("zizmor")
    command = [program, "--offline", "--no-config", "--no-exit-codes", "--persona=pedantic", "--format=json-v1", folder]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    found = []
    for finding in json.loads(done.stdout):
        place = next(place for place in finding["locations"] if place["symbolic"]["kind"] == "Primary")
        file = Path(place["symbolic"]["key"]["Local"]["verbatim_path"]).name
        line = place["concrete"]["location"]["start_point"]["row"] + 1
        found.append(f"{file}:{line}: {finding['ident']}")
    return found


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(GITHUB, tmp_path / ".github"))


def plant(folder: Path, file: str, old: str, new: str) -> int:
    """Replace the first `old` in a file below `folder`; return the line of the last line of `new`."""
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1 + new.rstrip("\n").count("\n")


def test_workflows_are_valid() -> None:
    assert {file.name for file in (GITHUB / "workflows").iterdir()} == {"site.yml", "weekly.yml"}
    assert actionlint(GITHUB) == []


def test_workflows_are_safe() -> None:
    assert zizmor(GITHUB) == []


def test_context_that_a_job_does_not_have_is_refused(copy: Path) -> None:
    line = plant(copy, "workflows/site.yml", "    env:\n", "    env:\n      REDIS: ${{ job.services.redis.id }}\n")
    (finding,) = actionlint(copy)
    assert finding.startswith(f'site.yml:{line}: context "job" is not allowed here. available contexts are "github", ')


def test_file_that_is_not_a_workflow_is_refused(copy: Path) -> None:
    plant(copy, "workflows/weekly.yml", "    steps:\n", "    stepps:\n")
    messages = "\n".join(actionlint(copy))
    assert '"steps" section is missing in job "newest"' in messages
    assert 'unexpected key "stepps" for "job" section' in messages


def test_action_that_is_not_pinned_is_refused(copy: Path) -> None:
    pinned = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
    line = plant(copy, "workflows/site.yml", pinned, "actions/checkout@v7")
    assert zizmor(copy) == [f"site.yml:{line}: unpinned-uses"]


def test_permissions_for_a_whole_workflow_are_refused(copy: Path) -> None:
    line = plant(copy, "workflows/weekly.yml", "permissions: {}", "permissions: write-all")
    assert f"weekly.yml:{line}: excessive-permissions" in zizmor(copy)


def test_updates_on_the_day_of_a_release_are_refused(copy: Path) -> None:
    plant(copy, "dependabot.yml", "    cooldown:\n      default-days: 7\n", "")
    assert [finding.partition(": ")[2] for finding in zizmor(copy)] == ["dependabot-cooldown"]


def test_lock_of_actionlint_has_a_hash_and_no_address() -> None:
    packages = json.loads((ROOT / "harness/lab/actionlint/package-lock.json").read_text())["packages"]
    installed = {name: entry for name, entry in packages.items() if name}
    assert all(entry["integrity"].startswith("sha512-") for entry in installed.values())
    assert not any("resolved" in entry for entry in installed.values())
