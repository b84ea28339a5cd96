"""The wiring between the fixtures of `harness.proof` and the servers of `harness.lab`, and what needs both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import redis

from harness.lab.fixtures import SERVICES_KEY
from harness.lab.servers.base import Server
from harness.process import alive


def pytest_proof_servers(item: pytest.Item) -> Mapping[str, str]:
    return {name: version for _, name, version in item.stash.get(SERVICES_KEY, [])}


def pytest_proof_environment(request: pytest.FixtureRequest) -> None:
    # It puts the servers' commands on the PATH, and sends pip to the wheels of this run.
    request.getfixturevalue("provision")
    if "rabbitmq" in request.fixturenames:  # rabbitmqctl needs what it exports
        request.getfixturevalue("rabbitmq")


def pytest_proof_commands(program: Any) -> Iterable[tuple[list[str], Path]] | None:
    if isinstance(program, Server):
        return [([*map(str, program.command()), *program.environment().values()], program.data)] * program.running
    if isinstance(program, redis.Redis):  # a client of a server that the test started by itself
        info = program.info("server")
        return [([Path(info["executable"]).name, info["config_file"]], Path("/"))] * alive(info["process_id"])
    return None
