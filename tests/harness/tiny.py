"""A whole project with one page, one snippet and one test, in which the tests of the gate plant their faults."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from harness import ROOT
from harness.proof import blocks, evidence, judge, record, stamp

MACHINERY = (
    "harness",
    "overrides",
    "docs/assets",
    "pyproject.toml",
    "requirements.txt",
    "requirements-site.txt",
    "Makefile",
)
PAGE = """# Tiny

```python
--8<-- "home/hello.py"
```

A [link](#tiny).
"""
SNIPPET = 'print("hello")\n#> hello\n'
TEST = """def test_hello(run_script):
    run_script("home/hello.py")
"""


# In a test of the tiny site: wait for what `run_tests(meanwhile=...)` does.
MEANWHILE = """
    from pathlib import Path
    from time import sleep

    Path(".cache/begun").touch()
    while not Path(".cache/go").exists():
        sleep(0.01)
"""


class Tiny:
    """A whole project with one page, one snippet and one test."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in MACHINERY:
            origin, target = ROOT / name, root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if origin.is_dir():
                shutil.copytree(origin, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copyfile(origin, target)
        configuration = (ROOT / "mkdocs.yml").read_text()
        configuration = re.sub(r"^nav:\n(?:[ #].*\n|\n)*", "nav:\n  - Tiny: index.md\n\n", configuration, flags=re.M)
        self.write("mkdocs.yml", configuration)
        self.write("docs/index.md", PAGE)
        self.write("exploration.json", "{}\n")
        self.write("overrides/redirects.toml", "# no page has moved\n")
        self.write("snippets/home/hello.py", SNIPPET)
        self.write("tests/test_home.py", TEST)
        (root / "docs/source").mkdir()
        (root / ".cache").mkdir()
        for name in ("snippets", "tests", "verification.json"):
            (root / "docs/source" / name).symlink_to(f"../../{name}")

    def write(self, name: str, text: str) -> None:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def command(self, *arguments: str, contained: bool = False, **env: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m harness ARGUMENTS` on this project; `contained`: in a process namespace of its own."""
        argv = [sys.executable, "-m", "harness", *arguments]
        if contained:
            argv = [sys.executable, "-m", "harness.lab.namespace", "--pid", "--", *argv]
        clean = {
            k: v
            for k, v in os.environ.items()
            if not k.startswith(("PYTEST_", "GUIDE_RUN_DIR", "COVERAGE_", "GUIDE_RECORD"))
        }
        return subprocess.run(
            argv,
            cwd=self.root,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
            env={**clean, "GUIDE_INSIDE": "1", "PYTHONPATH": str(self.root), **env},
        )

    def run_tests(self, meanwhile: Callable[[], object] | None = None, **env: str) -> subprocess.CompletedProcess[str]:
        """Run all tests. Once a test has come to MEANWHILE, `meanwhile` is called from outside, and then it goes on."""
        # In a process namespace of its own, as `make test` does: whatever else runs there was left by the run.
        with ThreadPoolExecutor(1) as pool:
            done = pool.submit(self.command, "test", "--guides-only", "--jobs", "1", contained=True, **env)
            while meanwhile and not done.done():
                if (self.root / ".cache/begun").exists():
                    meanwhile()
                    (self.root / ".cache/go").touch()
                    break
                time.sleep(0.01)
            return done.result()

    def vouch(self) -> None:
        """Leave record and stamp as a green run does that proves all that is shown, for tests of what follows."""
        with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            patch.setenv(evidence.RUN_DIR, folder)
            for block in blocks.displayed(self.root).values():
                digest = evidence.file_digest(self.root / "snippets" / block.path)
                evidence.executed("tests/test_home.py::test_hello", block.path, digest, "CPython", block.lines, {})
            evidence.outcome("tests/test_home.py::test_hello", "passed")
            verdict = judge.judge(Path(folder), "current", self.root)
        assert not verdict.unproven, verdict.unproven
        stamp.leave(verdict, {"passed": 1}, stamp.Tree(self.root), self.root)
        record.save(verdict.proven, self.root / record.RECORD)


def said(done: subprocess.CompletedProcess[str]) -> str:
    return done.stdout + done.stderr
