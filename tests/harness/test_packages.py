"""The packages of the harness import in one direction, and their types hold; faults of both are planted in copies."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness import ROOT

PROGRAM = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, "--no-cache"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "harness", tmp_path / "harness", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    return tmp_path


def test_packages_import_in_one_direction() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Contracts: 2 kept, 0 broken." in done.stdout


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("proof/blocks.py", "from harness.lab import proxy"),
        ("proof/runners/tables.py", "import harness.site.ranges"),
        ("lab/proxy.py", "from harness.proof import blocks"),
        ("lab/servers/redis.py", "def later():\n    from harness.site import ranges"),
        ("process.py", "from harness.lab import lanes"),
        ("proof/judge.py", "import redis"),
    ],
)
def test_import_against_the_direction_is_rejected(copy: Path, file: str, line: str) -> None:
    with (copy / "harness" / file).open("a") as module:
        module.write(f"\n\n{line}\n")
    done = lint(copy)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Contracts: 1 kept, 1 broken." in done.stdout
    assert f"harness.{file.removesuffix('.py').replace('/', '.')} ->" in done.stdout


def test_module_beside_the_packages_is_rejected(copy: Path) -> None:
    (copy / "harness" / "another.py").touch()
    done = lint(copy)
    assert done.returncode == 1
    assert "another" in done.stdout


def mypy(root: Path) -> subprocess.CompletedProcess[str]:
    cache = ROOT / ".cache" / "mypy"  # one for all: the copies differ in a few lines
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", cache],
        cwd=root, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip


def test_types_hold() -> None:
    done = mypy(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_function_without_types_is_rejected(copy: Path) -> None:
    (copy / "harness" / "site" / "untyped.py").write_text("def number():\n    return 1\n")
    assert "harness/site/untyped.py:1: error: Function is missing a return type annotation" in mypy(copy).stdout
