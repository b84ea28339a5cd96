"""What docs/sentry/releases.md promises."""

import json
import signal
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import sentry_sdk.sessions

from harness.lab.provision import Provision
from harness.lab.servers.bugsink import Bugsink

PAGE = "sentry/releases"
READY = "Uvicorn running on"
NOW = "2026-11-30T06:00:00Z"


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
    for command in (["init", "-q"], ["add", "web.py"], ["commit", "-q", "-m", "Answer with a price"]):
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
