"""What docs/capstone/deploy.md promises, and what docker-compose.yml promises to those who run `make up`."""

import ast
import contextlib
import json
import re
import signal
import socket
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from harness import ROOT
from harness.process import wait_until

PAGE = "capstone/deploy"
HERE = ROOT / "snippets" / PAGE
SERVERS = {"redis", "rabbitmq", "bugsink", "mailpit"}
PROCESSES = {"tables", "web", "worker", "relay", "beat", "flower"}
PATIENCE = 120
pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def folder(docker_compose):
    """The reader's copy of the project, as far as Compose looks at it."""
    docker_compose.copy("capstone/deploy/docker-compose.yml")
    docker_compose.copy("capstone/deploy/signup.dockerfile", "snippets/capstone/deploy/signup.dockerfile")
    return docker_compose


@pytest.fixture
def model(folder):
    """Compose's own view of the whole file."""
    command = ["docker", "compose", "--profile", "capstone", "config", "--format", "json"]
    return json.loads(folder.run(*command))


def test_compose_accepts_the_file_and_refuses_a_typo(terminal, folder, loaded):
    terminal(f"{PAGE}/compose.console", fails=["docker compose --file typo.yml config --quiet"])
    folder.run("docker", "compose", "--file", "docker-compose.yml", "config", "--quiet")
    loaded(f"{PAGE}/docker-compose.yml", "docker compose config", folder.last)


def test_what_make_up_starts_is_not_the_sign_up_service(folder):
    assert set(folder.run("docker", "compose", "config", "--services").split()) == SERVERS
    assert set(folder.run("docker", "compose", "--profile", "capstone", "config", "--services").split()) == (
        SERVERS | PROCESSES
    )


def test_every_service_is_pinned_limited_and_reachable_from_this_machine_only(model):
    for name, service in model["services"].items():
        tag = service["image"].rpartition(":")[2]
        assert re.fullmatch(r"v?\d+\.\d+(\.\d+)?(-\w+)?", tag) or (tag == "local" and "build" in service), name
        assert int(service["mem_limit"]) <= 2**30, name
        for port in service.get("ports", []):
            assert port["host_ip"] == "127.0.0.1", name
        for other, how in service.get("depends_on", {}).items():
            if other == "tables":
                assert how["condition"] == "service_completed_successfully", name
                continue
            assert how["condition"] == "service_healthy", name
            assert "healthcheck" in model["services"][other], other
        for volume in service.get("volumes", []):
            assert volume["type"] == "volume", name
            assert volume["source"] in model["volumes"], name
    for name in SERVERS | {"web", "worker"}:
        assert "healthcheck" in model["services"][name], name
    assert model["services"]["rabbitmq"]["hostname"] == "rabbitmq"


def test_services_that_the_tests_use_are_still_called_so(model):
    assert model["services"]["redis"]["image"] == "redis:8.2"
    assert model["services"]["rabbitmq"]["image"] == "rabbitmq:4.3-management"
    assert {port["published"] for port in model["services"]["rabbitmq"]["ports"]} == {"5672", "15672", "15692"}


def instructions() -> list[tuple[str, str]]:
    text = (HERE / "signup.dockerfile").read_text()
    return [tuple(line.split(" ", 1)) for line in text.splitlines() if line]


def test_instructions_of_the_image_work_without_docker(workspace, loaded):
    """Each instruction in its order, in a folder instead of an image, but for the base image and the user."""
    done = instructions()
    assert [word for word, _ in done] == ["FROM", "WORKDIR", "RUN", "COPY", "RUN", "COPY", "USER"]
    assert re.fullmatch(r"python:3\.\d+-slim-\w+", done[0][1])
    context = ROOT / "snippets" / "capstone"
    for word, argument in done:
        if word == "COPY":
            source, target = argument.split()
            assert (context / source).exists()
            workspace.copy(f"capstone/{source}") if target == "." else workspace.run(
                "cp", "-r", str(context / source), target
            )
    install = dict(done)["RUN"].split()
    assert install[:2] == ["pip", "install"]
    told = workspace.run("python", "-m", *install, "--dry-run", timeout=120)
    assert "Could not find" not in told
    loaded(f"{PAGE}/signup.dockerfile", "its instructions, without Docker", workspace.last)
    loaded(f"{PAGE}/requirements.txt", "pip", workspace.last)
    workspace.run("python", "-c", "import signup.api, signup.celery_app, signup.relay")


def variables() -> dict[str, str]:
    """Name and default of each variable that settings.py reads."""
    found = {}
    for call in ast.walk(ast.parse((ROOT / "snippets/capstone/app/signup/settings.py").read_text())):
        if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant):
            name, *default = (argument for argument in call.args)
            shown = ast.unparse(default[0]).strip("'\"") if default else ""
            found[name.value] = shown.replace("f'", "").replace("{__version__}", "…")
    return found


MEANING = {
    "DATABASE_URL": "sign-ups and outbox; `postgresql+psycopg://…` for more than one machine",
    "BROKER_URL": "RabbitMQ",
    "REDIS_URL": "rate limit, answers to repeated requests, cache",
    "RESULT_URL": "results of the steps that a chord waits for",
    "SMTP_HOST": "the mail server",
    "SMTP_PORT": "and its port",
    "MAIL_DOMAIN": "behind the @ of sender and `Message-ID`",
    "SMTP_TIMEOUT": "seconds that one word of the mail server may take",
    "CLAIM_SECONDS": "how long an e-mail that is being sent is left alone",
    "REPEAT_SECONDS": "after these, an unfinished sign-up is published again",
    "RETRY_BACKOFF": "at most so many seconds before the first retry of a step; then twice as many each time",
    "RETRIES": "of a step, before a person has to look",
    "DISPATCHES": "of a sign-up, before a person has to look",
    "RATE_LIMIT": "sign-ups of one address in a minute",
    "REPORT_CRON": "when the daily report is made, in UTC",
    "SENTRY_DSN": "empty: nothing is sent",
    "TRACES_SAMPLE_RATE": "the part of requests that is traced",
    "ENVIRONMENT": "as Sentry shows it",
    "RELEASE": "as Sentry shows it",
}


def test_table_of_variables_is_the_one_of_the_settings(workspace, captured):
    found = variables()
    assert set(found) == set(MEANING)
    rows = ["Variable | Default | Meaning"]
    for name, meaning in MEANING.items():
        rows.append(f"`{name}` | {f'`{found[name]}`' if found[name] else 'none'} | {meaning}")
    captured(f"{PAGE}/settings.table", "\n".join(rows) + "\n")
    workspace.copy("capstone/app")
    marked = {name: "7" for name in found}
    show = "import dataclasses; from signup.settings import settings; print(*dataclasses.astuple(settings))"
    assert set(workspace.run("python", "-c", show, env=marked).split()) <= {"7", "7.0"}, "each variable counts"


def end_of(process) -> int:
    """The exit status of a process that was told to end, and was told once."""
    wait_until(lambda: process.returncode is not None, PATIENCE, f"the end of {process.argv}")
    return process.returncode


class TestProcesses:
    def test_commands_and_health_checks_of_the_compose_file_work(self, stack, model, loaded):
        services = {name: model["services"][name] for name in PROCESSES}
        given = services["web"]["environment"]
        assert set(given) <= set(variables())
        here = {
            name: str(value)
            .replace("@rabbitmq", "@localhost")
            .replace("//redis", "//localhost")
            .replace("/data/", "./")
            for name, value in given.items()
        } | {"SMTP_HOST": "localhost", "DATABASE_URL": "sqlite:///signup.db"}
        tables = stack.space.run(*services["tables"]["command"], env=here)
        assert tables.startswith("tables: ")
        ready = {"web": "startup complete", "worker": r"ready\.", "relay": "relay ready", "beat": "maxinterval ->"}
        started = {}
        for name in (*ready, "flower"):
            command = [word.replace("/data/", "") for word in services[name]["command"]]
            started[name] = stack.space.start(*command, env=here | {"FLOWER_UNAUTHENTICATED_API": "true"})
        for name, words in ready.items():
            started[name].wait_for(words, PATIENCE)
        assert stack.sign_up("compose@example.org")
        for name in ("web", "worker"):
            how, *check = services[name]["healthcheck"]["test"]
            if how == "CMD-SHELL":
                check = ["sh", "-c", check[0].replace("$$", "$")]
            stack.space.run(*check, env=here | {"HOSTNAME": socket.gethostname()}, timeout=PATIENCE)
        wait_until(lambda: stack.mail.taken("compose@example.org"), PATIENCE, "the e-mail")
        for process in started.values():
            process.stop(timeout=PATIENCE)
        loaded(f"{PAGE}/docker-compose.yml", "its commands and health checks, without Docker", started["web"])

    def test_term_lets_each_process_finish_what_it_has_in_hand(self, stack, captured):
        web = stack.start("web")
        worker = stack.start("worker")
        relay = stack.start("relay")
        beat = stack.start("beat")
        with stack.mail.slowly():
            signup = stack.sign_up("stop@example.org")
            stack.in_hand(signup)
            worker.send(signal.SIGTERM)
            worker.wait_for("Warm shutdown", PATIENCE)
        rows = ["Process | On SIGTERM | Exit status"]
        ended = end_of(worker)
        assert len(stack.mail.taken("stop@example.org")) == 1
        status = {"worker": ended}
        with contextlib.closing(sqlite3.connect(stack.space.path / "signup.db", isolation_level=None)) as lock:
            lock.execute("BEGIN IMMEDIATE")  # so that a request is in hand
            with ThreadPoolExecutor(1) as pool:
                answer = pool.submit(stack.sign_up, "late@example.org")
                wait_until(lambda: stack.redis.client().keys("rate:*"), PATIENCE, "the request to be begun")
                web.send(signal.SIGTERM)
                web.wait_for("Shutting down|Waiting for connections", PATIENCE)
                lock.execute("ROLLBACK")
                assert answer.result(PATIENCE)
        status["web"] = end_of(web)
        status["relay"] = relay.stop(timeout=PATIENCE)
        status["beat"] = beat.stop(timeout=PATIENCE)
        for name, what in (
            ("web", "takes no more requests, answers those it has"),
            ("worker", "takes no more jobs, finishes those it has"),
            ("relay", "finishes its round: what it leased is published or given back"),
            ("beat", "writes down when it sent what"),
        ):
            rows.append(f"{name} | {what} | {status[name]}")
        captured(f"{PAGE}/stop.table", "\n".join(rows) + "\n")

    def test_ready_and_health_tell_apart_what_is_away(self, stack, captured):
        stack.start("web")
        rows = ["Away | `GET /health` | `GET /ready` | `POST /signup`"]

        def ask(what: str, base: str = "http://localhost:8000") -> None:
            health, ready = (httpx2.get(f"{base}{path}", timeout=PATIENCE) for path in ("/health", "/ready"))
            body = {"email": f"{len(rows)}@example.org", "name": "R"}
            signup = httpx2.post(f"{base}/signup", json=body, timeout=PATIENCE)
            rows.append(f"{what} | {health.status_code} | {ready.status_code} | {signup.status_code}")

        ask("nothing")
        stack.redis.kill()
        assert not stack.redis.running
        ask("Redis")
        stack.redis.start()
        stack.rabbitmq.kill()
        assert not stack.rabbitmq.running
        ask("RabbitMQ")
        stack.rabbitmq.start()
        other = stack.space.start(
            "uvicorn", "signup.api:app", "--port", "8001", env={"DATABASE_URL": "sqlite:////no/db"}
        )
        other.wait_for("startup complete", PATIENCE)
        ask("database", "http://localhost:8001")
        for process in (stack.processes["web"], other):
            process.stop(timeout=PATIENCE)
        captured(f"{PAGE}/ready.table", "\n".join(rows) + "\n")
