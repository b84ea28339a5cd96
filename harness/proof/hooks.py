"""The pytest hooks by which a site tells `plugin.py` of its servers; `harness.proof` itself knows none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest


@pytest.hookspec(firstresult=True)
def pytest_proof_servers(item: pytest.Item) -> Mapping[str, str] | None:
    """The servers that a test has used: name -> version ("" for what has none)."""


@pytest.hookspec
def pytest_proof_environment(request: pytest.FixtureRequest) -> None:
    """Prepare `os.environ` for the programs of a workspace, such as by fixtures that `request` gets."""


@pytest.hookspec(firstresult=True)
def pytest_proof_commands(program: Any) -> Iterable[tuple[list[str], Path]] | None:
    """The command lines of a running program that `loaded` was given, in words, each with the folder in which it ran;
    None for a program of an unknown kind."""
