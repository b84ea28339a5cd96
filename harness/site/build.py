"""Builds the site with either engine, in one place, so that all builds have the same settings and the same end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from harness import ROOT, HarnessError
from harness.site import hosting, markdown, validity

DEADLINE = 300  # seconds


def build(*options: str, engine: str = "mkdocs", root: Path = ROOT) -> None:
    """Build the site of the tree `root` with "mkdocs" or "zensical"; `options` go to its `build` command.

    Raises HarnessError with what the engine said when it fails.
    """
    # A copy of the tree brings its own formatter along.
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-m", engine, "build", *options],
        cwd=root,
        env=env,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    if done.returncode:
        raise HarnessError(f"the {engine} build failed:\n{(done.stdout + done.stderr).strip()[-4000:]}")


def finish(site: Path, root: Path = ROOT) -> None:
    """Make of what an engine built from the tree `root` in `site` what is published."""
    markdown.write(site, root)
    validity.repair(site)
    hosting.write(site, root)
