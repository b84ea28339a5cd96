"""What docs/sentry/self-hosting.md promises: the commands are those of the package that the tests themselves use."""

import json
import re
import shutil
import sqlite3
import subprocess
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
import requests
from sentry_sdk.utils import Dsn

from harness.lab.servers.base import healthy, listening
from harness.lab.servers.bugsink import Bugsink
from harness.process import wait_until

PAGE = "sentry/self_hosting"
UNDIGESTED = Path("/tmp/bugsink")  # Bugsink's own default


@pytest.fixture
def installed(workspace, lean, provision):
    """The reader's folder with Bugsink's commands on the PATH; its package was installed before the run."""
    workspace.copy(PAGE)
    commands = workspace.path.parent / "commands"
    commands.mkdir()
    for name in ("bugsink-create-conf", "bugsink-manage", "gunicorn"):
        program = provision.bugsink / "venv" / "bin"
        (commands / name).write_text(f'#!/bin/sh\nunset PYTHONPATH\nexec "{program}/python" "{program}/{name}" "$@"\n')
        (commands / name).chmod(0o755)
    workspace.env["PATH"] = f"{commands}:{workspace.env['PATH']}"
    workspace.env["PYTHONDONTWRITEBYTECODE"] = "1"
    return workspace


@pytest.fixture
def port_9000(servers):
    """The reader's own Bugsink listens there: the session's one makes room, and what the other leaves behind goes."""
    there_before = UNDIGESTED.exists()
    servers.stop(Bugsink)
    yield
    if not there_before:
        shutil.rmtree(UNDIGESTED, ignore_errors=True)


def up() -> bool:
    return healthy("http://localhost:9000/health/ready")


def ask(database, query: str) -> list[tuple]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("port_9000")
def test_own_server_is_set_up_fills_its_quota_is_lost_and_restored(terminal, installed):
    folder = installed.path
    terminal(f"{PAGE}/configure.console", timeout=90)
    server = terminal(f"{PAGE}/serve.console", keeps_running=True, timeout=90)
    wait_until(up, 60, "Bugsink")
    terminal(f"{PAGE}/make_project.console")
    dsn = Dsn((folder / "dsn.txt").read_text().strip())
    assert re.fullmatch(r"[0-9a-f]{32}", dsn.public_key)
    assert (dsn.netloc, dsn.project_id) == ("localhost:9000", "1")

    terminal(f"{PAGE}/quota.console", timeout=90)
    terminal(f"{PAGE}/backup.console")
    visit(9000)
    assert ask(folder / "db.sqlite3", "SELECT count(*) FROM phonehome_outboundmessage") == [(0,)]
    server.stop()
    assert not up()

    terminal(f"{PAGE}/restore.console")
    server = terminal(f"{PAGE}/serve.console", keeps_running=True, timeout=90)
    wait_until(up, 60, "Bugsink")
    assert "20 events: order" in installed.run("python", "count.py")
    server.stop()


def test_address_has_these_parts(run_script):
    run_script(f"{PAGE}/dsn.py")


def test_bugsink_keeps_error_events_and_skips_the_rest(terminal, workspace, project, bugsink, captured):
    workspace.copy(PAGE)
    (workspace.path / "dsn.txt").write_text(project.dsn)
    terminal(f"{PAGE}/send_all.console")
    (event,) = project.events()
    assert event["data"]["message"] == "tea is out"
    lines = re.findall(r"skipping non-supported envelope item: \w+", bugsink.log.read_text(errors="replace"))
    captured(f"{PAGE}/skipped.log", "\n".join(lines[-7:]))


class AsDelivered(Bugsink):
    """Bugsink that calls its maker, as it does unless told otherwise."""

    def environment(self) -> dict[str, str]:
        settings = 'from bugsink_settings import *\nBUGSINK = {**BUGSINK, "PHONEHOME": True}\n'
        (self.data / "as_delivered.py").write_text(settings)
        given = super().environment()
        path = f"{self.data}:{given['PYTHONPATH']}"
        return {**given, "DJANGO_SETTINGS_MODULE": "as_delivered", "PYTHONPATH": path}


def visit(port: int) -> None:
    """Log in and look at the front page: there Bugsink calls its maker, if it does."""
    browser, address = requests.Session(), f"http://localhost:{port}"
    form = browser.get(f"{address}/accounts/login/", timeout=20)
    fields = {"username": "admin@example.org", "password": "admin", "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
    page = browser.post(form.url, fields, headers={"Referer": form.url}, timeout=20)
    assert (page.status_code, "login" in page.url) == (200, False)
    page = browser.get(f"{address}/", timeout=20)
    assert (page.status_code, "login" in page.url) == (200, False)


OUTSIDE = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], 443), timeout=10)
except OSError as error:
    print("refused:", error)
"""
SHOP = """
import sentry_sdk
from celery import Celery

sentry_sdk.init(traces_sample_rate=1.0)
app = Celery("jobs", broker="redis://localhost:6379/0", backend="redis://localhost:6379/1")

@app.task
def fail():
    sentry_sdk.logger.info("about to fail")
    sentry_sdk.metrics.count("failures", 1)
    raise ValueError("no")
"""
REPORT = """
import jobs, sentry_sdk
with sentry_sdk.start_transaction(name="order"):
    sentry_sdk.capture_exception(ValueError("no"))
    sentry_sdk.logger.info("order")
try:
    jobs.fail.delay().get(timeout=60)
except ValueError:
    print("failed as it should")
"""


@pytest.mark.own_servers("counts what leaves a network of its own")
def test_nothing_calls_out_but_a_program_that_does_is_counted(
    workspace, lean, project, bugsink, spotlight, redis_server, attempts_outside, captured
):
    rows = ["What ran | Attempts to reach another host"]
    begun = attempts_outside()

    def since() -> int:
        nonlocal begun
        before, begun = begun, attempts_outside()
        return begun - before

    for what, host in (("a name", "sentry.io"), ("an address", "192.0.2.1")):
        assert "refused:" in workspace.run("python", "-c", OUTSIDE, host)
        count = since()
        assert count > 0, "or this test proves nothing"
        rows.append(f"a program that asks for {what} of another host | counted: {count}")

    (workspace.path / "jobs.py").write_text(SHOP)
    workspace.env |= {"SENTRY_DSN": project.dsn, "SENTRY_SPOTLIGHT": spotlight.url}
    worker = workspace.start("celery", "-A", "jobs", "worker", "--pool=solo", "--loglevel=INFO")
    flower = workspace.start("celery", "-A", "jobs", "flower", "--address=127.0.0.1", "--port=5555")
    worker.wait_for("ready", timeout=60)
    assert "failed as it should" in workspace.run("python", "-c", REPORT, timeout=60)
    wait_until(lambda: listening(5555), 60, "Flower")
    with urllib.request.urlopen("http://localhost:5555/workers", timeout=20) as page:
        assert page.status == 200
    spotlight.wait_for("transaction", 2)
    for program in (worker, flower):
        program.stop()
    wait_until(lambda: len(project.events()) == 2, 30, "the errors of both")
    visit(bugsink.port)
    bugsink.stop()
    spotlight.stop()
    assert since() == 0
    rows.append("the SDK in two processes, a Celery worker, Flower, Spotlight, Bugsink without its call home | 0")

    with AsDelivered(9001) as talkative:
        assert since() == 0, "not at its start"
        visit(talkative.port)
    count = since()
    assert count > 0
    rows.append(f"Bugsink with its defaults, at the first visit of somebody logged in | counted: {count}")
    captured(f"{PAGE}/attempts.table", "\n".join(rows))


WEBHOOKS = """
import json
import django; django.setup()
from bugsink.app_settings import DEFAULTS, get_settings, override_settings
get_settings()
from alerts.service_backends.webhook_security import validate_webhook_destination
LIST, NEAR, MODE = "ALERTS_WEBHOOK_ALLOW_LIST", "ALERTS_WEBHOOK_DENY_NON_GLOBAL", "ALERTS_WEBHOOK_OUTBOUND_MODE"
tries = {
    "nothing: the defaults": {},
    f"`{LIST}`: `127.0.0.1`": {LIST: ["127.0.0.1"]},
    f"`{NEAR}`: `False`": {NEAR: False},
    f"`{NEAR}`: `False`, `{MODE}`: `allowlist_only`": {NEAR: False, MODE: "allowlist_only"},
    "those two and the list": {NEAR: False, MODE: "allowlist_only", LIST: ["127.0.0.1"]},
}
from phonehome.tasks import _make_message_body  # what `bugsink-manage print_phonehome` prints
said = _make_message_body()
print(json.dumps({key: said[key] for key in ("settings", "usage")}))
print("In `BUGSINK` | Webhook to `http://127.0.0.1:8000/`")
for name, settings in tries.items():
    with override_settings(**{n: DEFAULTS[n] for n in (LIST, NEAR, MODE)} | settings):
        try:
            validate_webhook_destination("127.0.0.1")
            said = "allowed"
        except ValueError as error:
            said = str(error)
    print(name, "|", said)
assert DEFAULTS["PHONEHOME"] is True
assert DEFAULTS["MAX_EVENTS_PER_PROJECT_PER_5_MINUTES"] == 1000
assert DEFAULTS["MAX_EVENT_AGE_DAYS"] is None
import inspect
from alerts.models import get_alert_service_kind_choices
from alerts.service_backends.base import BaseWebhookBackend
from projects.models import Project
assert 'kwargs["timeout"] = 5' in inspect.getsource(BaseWebhookBackend)
kinds = [name for _, name in get_alert_service_kind_choices()]
assert kinds == ["Discord", "Google Chat", "Mattermost", "Microsoft Teams", "Slack", "Telegram", "Custom"]
assert Project._meta.get_field("retention_max_event_count").default == 10_000
"""


def test_webhooks_into_the_own_network_need_another_setting_than_the_one_it_names(bugsink, captured, provision):
    python = provision.bugsink / "venv" / "bin" / "python"
    done = subprocess.run(
        [python, "-c", WEBHOOKS],
        env=bugsink.environment() | {"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    calls_home, _, table = done.stdout.partition("\n")
    captured(f"{PAGE}/webhooks.table", table)
    captured(f"{PAGE}/phonehome.json", json.dumps(json.loads(calls_home), indent=2))
