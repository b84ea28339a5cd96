"""docker-compose.yml on a Docker engine, the sign-up service included: `make compose`, which no other run collects.

The tests of the pages need no engine and no registry; this needs both. Everything is removed afterwards but the images
that were pulled.
"""

from __future__ import annotations

import json
import shutil
import smtplib
import subprocess
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest
import redis

from harness import ROOT
from harness.process import wait_until

PROJECT = "guide-compose"  # not the name that `make up` uses: a reader's data stays
PATIENCE = 120  # seconds
SERVERS = {"redis", "rabbitmq", "bugsink", "mailpit"}
PROCESSES = {"web", "worker", "relay", "beat", "flower"}
pytestmark = pytest.mark.timeout(1800)  # the first run pulls images


def docker(*words: str, timeout: float = PATIENCE) -> str:
    done = subprocess.run(["docker", *words], cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False)
    assert done.returncode == 0, f"docker {' '.join(words)}: {done.stderr or done.stdout}"
    return done.stdout


def compose(*words: str, timeout: float = PATIENCE) -> str:
    return docker("compose", "--project-name", PROJECT, "--profile", "capstone", *words, timeout=timeout)


def containers() -> dict[str, dict[str, Any]]:
    """What the engine says of each container of the project, by service."""
    ids = docker("ps", "--all", "--quiet", "--filter", f"label=com.docker.compose.project={PROJECT}").split()
    found = json.loads(docker("inspect", *ids)) if ids else []
    return {one["Config"]["Labels"]["com.docker.compose.service"]: one for one in found}


def left() -> list[str]:
    """Containers, volumes and networks of the project."""
    label = f"label=com.docker.compose.project={PROJECT}"
    commands = (("ps", "--all"), ("volume", "ls"), ("network", "ls"))
    return [name for command in commands for name in docker(*command, "--quiet", "--filter", label).split()]


def ask(url: str, body: Any = None, login: str = "") -> tuple[int, str]:
    headers = {"Content-Type": "application/json"}
    if login:
        headers["Authorization"] = f"Basic {b64encode(login.encode()).decode()}"
    request = urllib.request.Request(url, None if body is None else json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.status, answer.read().decode()


@pytest.fixture(scope="module", autouse=True)
def stack() -> Iterator[None]:
    if shutil.which("docker") is None:
        pytest.exit("no `docker` command found: install Docker Engine with its Compose plugin, or leave this out", 2)
    assert left() == [], f"an earlier run left something: docker compose --project-name {PROJECT} down --volumes"
    image_before = docker("image", "ls", "--quiet", "signup:local").strip()
    try:
        compose("up", "--build", "--detach", "--wait", timeout=1500)
        yield
    finally:
        compose("down", "--volumes", timeout=300)
        if not image_before:
            docker("image", "rm", "signup:local")
    assert left() == []


def test_every_service_runs_and_the_tables_are_made():
    found = containers()
    assert set(found) == SERVERS | PROCESSES | {"tables"}
    assert (found["tables"]["State"]["Status"], found["tables"]["State"]["ExitCode"]) == ("exited", 0)
    for name in SERVERS | PROCESSES:
        assert found[name]["State"]["Status"] == "running", name
        assert found[name]["RestartCount"] == 0, name
    for name in (*SERVERS, "web", "worker"):
        assert found[name]["State"]["Health"]["Status"] == "healthy", name


def test_ports_are_open_on_this_machine_only():
    bound = [
        binding
        for one in containers().values()
        for bindings in one["NetworkSettings"]["Ports"].values()
        for binding in bindings or []
    ]
    assert {binding["HostIp"] for binding in bound} == {"127.0.0.1"}
    published = {"6379", "5672", "15672", "15692", "9000", "1025", "8025", "8000", "5555"}
    assert {binding["HostPort"] for binding in bound} == published


def test_redis_answers():
    assert redis.Redis().ping()


def test_rabbitmq_lets_guest_in_and_its_node_has_the_fixed_name():
    _, overview = ask("http://localhost:15672/api/overview", login="guest:guest")
    assert json.loads(overview)["node"] == "rabbit@rabbitmq"
    assert "rabbitmq_build_info" in ask("http://localhost:15692/metrics")[1]


def test_bugsink_is_ready():
    assert ask("http://localhost:9000/health/ready")[0] == 200


def test_flower_knows_the_worker():
    wait_until(lambda: "celery@" in ask("http://localhost:5555/")[1], PATIENCE, "Flower to list the worker", 1)


def test_mailpit_keeps_what_is_sent_to_it():
    with smtplib.SMTP("localhost", 1025, timeout=30) as server:
        server.sendmail("a@example.com", "direct@example.com", "Subject: direct\r\n\r\nHello\r\n")
    assert len(mails("direct@example.com")) == 1


def mails(address: str) -> list[dict[str, Any]]:
    _, answer = ask("http://localhost:8025/api/v1/messages")
    return [one for one in json.loads(answer)["messages"] if address in [to["Address"] for to in one["To"]]]


def test_signup_ends_with_one_e_mail_and_keeps_its_state_when_the_servers_restart():
    status, answer = ask("http://localhost:8000/signup", {"email": "amina@example.com", "name": "Amina"})
    assert status == 202
    signup = f"http://localhost:8000/signups/{json.loads(answer)['id']}"

    def state() -> str:
        return json.loads(ask(signup)[1])["state"]

    wait_until(lambda: state() == "done", PATIENCE, "the sign-up to be done", 0.5)
    assert [one["Subject"] for one in mails("amina@example.com")] == ["Welcome, Amina"]
    # New containers, the same volumes: queues and rows are still there.
    compose("up", "--detach", "--wait", "--force-recreate", "rabbitmq", "web", timeout=300)
    assert state() == "done"
    _, queues = ask("http://localhost:15672/api/queues", login="guest:guest")
    assert {"signup", "signup.dead"} <= {queue["name"] for queue in json.loads(queues)}
