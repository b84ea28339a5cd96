"""What docs/start/install.md promises: the packages install, and the program tells which servers answer."""

import os
import signal
from importlib.metadata import version

import pytest

from harness.lab.servers.base import listening
from harness.process import alive, wait_until

BLOCK = "start/install/"
PACKAGES = ("celery", "redis", "hiredis", "pika", "sentry-sdk", "fastapi", "uvicorn")
VERSIONS = "import importlib.metadata as m; print(*(m.version(name) for name in {names!r}))"


@pytest.mark.parametrize("installer", ["install", "install_uv"])
def test_packages_install_as_published_in_the_versions_shown(shell, workspace, captured, installer):
    shell(f"{BLOCK}{installer}.sh", timeout=120)
    found = workspace.run(".venv/bin/python", "-c", VERSIONS.format(names=PACKAGES)).split()
    assert found == [version(name) for name in PACKAGES], "what the other pages were executed with"
    rows = [f"`{name}` | {number}" for name, number in zip(PACKAGES, found, strict=True)]
    captured(f"{BLOCK}packages.table", "\n".join(["Package | Version", *rows]) + "\n")


def test_all_three_servers_answer(terminal, workspace, redis_server, rabbitmq, bugsink):
    workspace.copy(f"{BLOCK}servers.py")
    terminal(f"{BLOCK}servers.console")


def test_killed_servers_do_not_answer(terminal, workspace, redis_server, rabbitmq, bugsink):
    workspace.copy(f"{BLOCK}servers.py")
    for server in (redis_server, rabbitmq, bugsink):
        server.kill()
        assert not server.running
    terminal(f"{BLOCK}servers_down.console")


@pytest.fixture
def port(redis_server, workspace):
    """Port 6379 free for the reader's own server, which is ended if the page does not end it."""
    redis_server.stop()
    yield
    file = workspace.path / "redis.pid"
    if file.exists():
        pid = int(file.read_text())
        if alive(pid):
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not alive(pid), 30, f"the reader's server {pid} to end")


@pytest.mark.usefixtures("port")
def test_redis_starts_without_a_service_manager_for_this_machine_only(terminal, workspace):
    terminal(f"{BLOCK}redis.console")
    wait_until(lambda: not listening(6379), 30, "the server to end, as the last command asks")


def test_pip_is_no_python(terminal):
    terminal(f"{BLOCK}not_python.console", fails=['python -c "pip install redis"'])
