"""What docs/sentry/releases-and-crons.md promises."""

import json
import signal
import subprocess
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import sentry_sdk.sessions
from sentry_sdk.integrations.celery import CeleryIntegration

from harness import ROOT
from harness.lab.provision import Provision
from harness.lab.servers.bugsink import Bugsink
from harness.proof.runners.tables import Cell, Label, table

PAGE = "sentry/releases_and_crons"
READY = "Uvicorn running on"
NOW = "2026-11-30T06:00:00Z"

# What beat finds when it was down for ten minutes: everything is due.
WAS_DOWN = """
import sys
from datetime import timedelta
from importlib import import_module
from celery.beat import PersistentScheduler
scheduler = PersistentScheduler(import_module(sys.argv[1]).app, schedule_filename="celerybeat-schedule")
for entry in scheduler.schedule.values():
    entry.last_run_at -= timedelta(minutes=10)
scheduler.close()
"""


def test_release_comes_from_the_environment_or_from_git(shop, terminal):
    for name in ("SENTRY_RELEASE", "SENTRY_ENVIRONMENT"):
        shop.env.pop(name, None)
    terminal(f"{PAGE}/which_release.console")
    git = ["git", "-c", "user.name=shop", "-c", "user.email=shop@shop.example"]
    for command in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "first"]):
        subprocess.run([*git, *command], cwd=shop.path, check=True, timeout=20)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=shop.path, capture_output=True, text=True, check=True)
    assert f"release: {head.stdout.strip()} " in shop.run("python", "which_release.py")


def test_sessions_say_how_many_requests_were_healthy_errored_and_crashed(shop, ingest, terminal, captured):
    server = shop.start("uvicorn", "web:app")
    server.wait_for(READY)
    terminal(f"{PAGE}/visit.console")
    server.stop(signal.SIGTERM)
    aggregates = [one for payload in ingest.wait_for("sessions") for one in payload["aggregates"]]
    counts = {
        name: sum(one.get(name, 0) for one in aggregates)  # a full minute may have begun in between
        for name in ("exited", "errored", "crashed")
    }
    assert counts == {"exited": 4, "errored": 1, "crashed": 2}
    payload = ingest.payloads("sessions")[0]
    shown = {"attrs": payload["attrs"], "aggregates": [{"started": aggregates[0]["started"], **counts}]}
    captured(f"{PAGE}/sessions.json", json.dumps(shown, indent=2))
    assert {(e["release"], e["dist"], e["environment"]) for e in ingest.payloads("event")} == {
        ("shop@1.4.0", "build-77", "staging")
    }
    assert sentry_sdk.sessions.SessionFlusher(lambda envelope: None).flush_interval == 60


def test_without_a_release_there_are_no_sessions(shop, ingest):
    code = (shop.path / "web.py").read_text()
    (shop.path / "nameless.py").write_text(code.replace('release="shop@1.4.0", dist="build-77", ', ""))
    visit = """
import sys, importlib
from fastapi.testclient import TestClient
with TestClient(importlib.import_module(sys.argv[1]).app, raise_server_exceptions=False) as visitor:
    visitor.get("/prices/gold")
"""
    shop.env.pop("SENTRY_RELEASE", None)
    shop.run("python", "-c", visit, "nameless")
    (event,) = ingest.wait_for("event")
    assert "release" not in event
    assert ingest.items("sessions") == []
    shop.run("python", "-c", visit, "web")
    assert ingest.wait_for("sessions")


def test_an_error_resolved_in_the_next_release_regresses_only_there(shop, project, captured):
    def seen(release: str) -> str:
        shop.run("python", "ask_price.py", env={"SENTRY_RELEASE": release})
        (issue,) = project.issues()
        return "resolved" if issue["is_resolved"] else "open"

    rows = ["Step | Issue", f"error in 1.4.0 | {seen('shop@1.4.0')}"]
    (issue,) = project.issues()
    project.server.api("POST", f"issues/{issue['id']}/resolve-next/", {})
    state = "resolved" if project.issues()[0]["is_resolved"] else "open"
    rows.append(f"you choose “resolved in the next release” | {state}")
    rows.append(f"error in 1.4.0, from a server not updated yet | {seen('shop@1.4.0')}")
    rows.append(f"error in 1.5.0 | {seen('shop@1.5.0')}: a regression")
    captured(f"{PAGE}/regression.table", "\n".join(rows))


def test_check_ins_of_a_job_that_ends_well_badly_or_not_at_all(shop, ingest, terminal, captured):
    terminal(f"{PAGE}/job.console", fails=["python job.py broken"])
    good, bad = [ingest.wait_for("check_in", 4)[n : n + 2] for n in (0, 2)]
    killed = shop.start("python", "job.py", "endless")
    (alone,) = ingest.wait_for("check_in", 5)[4:]
    killed.kill()
    after = ingest.payloads("check_in")[5:]
    assert not after, "in_progress, and then nothing"

    for pair, end in ((good, "ok"), (bad, "error")):
        assert [check_in["status"] for check_in in pair] == ["in_progress", end]
        assert pair[0]["check_in_id"] == pair[1]["check_in_id"]
    assert good[1]["duration"] >= 0.2
    assert good[0]["monitor_config"]["schedule"] == {"type": "crontab", "value": "0 3 * * *"}
    rows = [
        (name, Cell(f"`{first['status']}`"), Cell(f"`{second['status']}`, after {second['duration']:.1f} s"))
        for name, (first, second) in (("ends well", good), ("raises", bad))
    ]
    rows.append(
        ("killed (SIGKILL)", Cell(f"`{alone['status']}`"), Cell(f"`{after[0]['status']}`" if after else "none"))
    )
    rows.append(("never started", Label("none"), Label("none")))
    captured(f"{PAGE}/checkins.table", table(("Job", "First check-in", "Second check-in"), *rows))
    names = ("type", "monitor_slug", "check_in_id", "status", "release", "environment", "monitor_config")
    captured(f"{PAGE}/checkin.json", json.dumps({name: good[1][name] for name in names}, indent=2))


def test_beat_and_worker_send_one_check_in_each(shop, redis_server, ingest, captured):
    shop.run("python", "-c", WAS_DOWN, "tasks")
    worker = shop.start("celery", "-A", "tasks", "worker", "--pool=solo", "--without-mingle", "--loglevel=INFO")
    beat = shop.start("celery", "-A", "tasks", "beat", "--loglevel=INFO", env={"SENTRY_DEBUG": "1"})
    ingest.wait_for("check_in", 4, timeout=60)
    worker.wait_for(r"tasks\.poll_bank\[.*succeeded", count=2)
    beat.stop()
    worker.stop()
    check_ins = ingest.payloads("check_in")
    # When the clock passes a fifth minute, `send-report` runs once more.
    runs = Counter(check_in["check_in_id"] for check_in in check_ins)
    assert set(runs.values()) == {2}, "one check-in by beat and one by the worker for each run"
    told = (
        "Intervals shorter than one minute are not supported by Sentry Crons. Monitor 'poll-bank' has an interval of 30"
    )
    assert told in beat.output(), "and only with debug=True"

    rows = []
    for name, schedule in (("clean-baskets", "every 60 s"), ("send-report", '`crontab(minute="*/5")`')):
        run = next(check_in["check_in_id"] for check_in in check_ins if check_in["monitor_slug"] == name)
        # Each process sends when it can: the worker's may arrive before beat's, which knows of no duration.
        both = (check_in for check_in in check_ins if check_in["check_in_id"] == run)
        first, second = sorted(both, key=lambda check_in: check_in["duration"] or 0)
        assert second["duration"] > 0
        rows.append((name, Label(schedule), Cell(f"`{first['status']}`"), Cell(f"`{second['status']}`")))
    for name, schedule in (("poll-bank", "every 30 s"), ("heartbeat", "every 60 s, excluded")):
        found = Cell("some" if name in {check_in["monitor_slug"] for check_in in check_ins} else "none")
        rows.append((name, Label(schedule), found, found))
    captured(f"{PAGE}/beat.table", table(("Entry", "Schedule", "From beat", "From the worker"), *rows))
    assert check_ins[0]["monitor_config"]["schedule"]["type"] in ("interval", "crontab")
    assert CeleryIntegration().monitor_beat_tasks is False, "off by default"


def test_beat_without_sentry_makes_no_check_ins_at_all(shop, redis_server, ingest):
    shop.run("python", "-c", WAS_DOWN, "tasks_half")
    worker = shop.start("celery", "-A", "tasks_half", "worker", "--pool=solo", "--without-mingle", "--loglevel=INFO")
    beat = shop.start("celery", "-A", "tasks_half", "beat", "--loglevel=INFO")
    worker.wait_for(r"tasks_half\.clean_baskets\[.*succeeded")
    beat.stop()
    worker.stop()
    assert ingest.items("check_in") == [], "the job ran, and Sentry did not hear of it"
    # The worker did start Sentry: it is beat that is missing.
    assert "celeryd_init" in (ROOT / "snippets" / PAGE / "tasks_half.py").read_text()


@pytest.fixture
def api():
    """In the place of Sentry's API on port 9000: the requests that change something, as (method, path, body)."""
    changes: list[tuple[str, str, dict[str, Any]]] = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.command != "GET":
                changes.append((self.command, self.path, json.loads(body)))
            release = {"id": "1", "version": "shop", "environment": "production", "projects": [], "dateCreated": NOW}
            answer = json.dumps([] if "/repos/" in self.path else release).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PUT = answer

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 9000), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield changes
        server.shutdown()


def test_sentry_cli_sends_release_commits_and_deploy(shop, shell, servers, request, captured, provision: Provision):
    servers.stop(Bugsink)
    changes = request.getfixturevalue("api")
    (shop.path / "node_modules").symlink_to(provision.javascript / "app" / "node_modules")
    shop.env["SENTRY_AUTH_TOKEN"] = "only-this-receiver-sees-it"
    git = ["git", "-c", "user.name=Amina", "-c", "user.email=amina@shop.example"]
    for command in (["init", "-q"], ["add", "job.py"], ["commit", "-q", "-m", "Charge the card once"]):
        subprocess.run([*git, *command], cwd=shop.path, check=True, timeout=20)
    shell(f"{PAGE}/release.sh")
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=shop.path, capture_output=True, text=True, check=True)
    version = f"shop@{head.stdout[:7]}"
    assert changes[0][2]["version"] == version
    rows = [("Command", "Request", "What it says")]
    said = {"releases/": "releases new", f"{version}/": "releases finalize", "deploys/": "deploys new"}
    for method, path, body in changes:
        end = next(end for end in said if path.endswith(end))
        # `set-commits` also makes the release, without a start.
        by_commits = "commits" in body or (end == "releases/" and "dateStarted" not in body)
        command = "releases set-commits" if by_commits else said[end]
        where = path.removeprefix("/api/0/organizations/my-org/").replace(version, "VERSION")
        fields = ", ".join(f"`{name}`" for name, value in body.items() if value)
        rows.append((f"`{command}`", f"`{method} {where}`", fields))
    captured(f"{PAGE}/release.table", "\n".join(" | ".join(row) for row in rows))
    (commit,) = next(body for _, _, body in changes if "commits" in body)["commits"]
    shown = {name: commit[name] for name in ("author_name", "author_email", "message", "patch_set")}
    captured(f"{PAGE}/commit.json", json.dumps(shown, indent=2))
