"""What docs/sentry/alerts.md promises. Sentry itself takes no part: `knock.py` plays it, Bugsink is real."""

import base64
import hashlib
import hmac
import json
import mailbox
import socket
import sqlite3
from contextlib import closing
from typing import Any

import pytest
import requests

from harness.process import wait_until

PAGE = "sentry/alerts"
pytestmark = pytest.mark.timeout(240)  # whole systems: such files begin first
HOOK = "http://bugsink:a-long-random-word@127.0.0.1:8000/bugsink"
SETTINGS = {
    "SENTRY_CLIENT_SECRET": "a-long-secret-that-sentry-shows-you",
    "BUGSINK_HOOK_PASSWORD": "a-long-random-word",
    "MAIL_TO": "oncall@shop.example",
}
READY = "Uvicorn running on"


@pytest.fixture
def shop(shop, redis_server):
    """The reader's folder, and an empty Redis beside Bugsink."""
    return shop


@pytest.fixture
def receiver(shop):
    """The receiver of the page, running."""
    server = shop.start("uvicorn", "receiver:app", env=SETTINGS)
    server.wait_for(READY)
    yield server
    server.stop()


def queued(redis_server) -> list[list[Any]]:
    """The arguments of the tasks that wait for a worker, oldest first."""
    waiting = [json.loads(message) for message in reversed(redis_server.client().lrange("celery", 0, -1))]
    return [json.loads(base64.b64decode(message["body"]))[0] for message in waiting]


def add_webhook(shop, kind: str = "custom", url: str = HOOK) -> None:
    shop.run("python", "add_webhook.py", kind, url, env={"BUGSINK_PASSWORD": "admin"})


def listening(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_new_issue_and_its_return_are_mailed_once_each(terminal, shop, project, captured, redis_server, bugsink):
    smtp = terminal(f"{PAGE}/mail.console", keeps_running=True)
    server = terminal(f"{PAGE}/serve.console", keeps_running=True, timeout=90)
    worker = terminal(f"{PAGE}/worker.console", keeps_running=True, timeout=90)
    terminal(f"{PAGE}/add_webhook.console")
    terminal(f"{PAGE}/new_issue.console", timeout=90)
    assert [issue["digested_event_count"] for issue in project.issues()] == [3]
    assert len(mailbox.Maildir(shop.path / "mail")) == 1, "three events, one e-mail"

    shop.env["BUGSINK_API_TOKEN"] = bugsink.token
    terminal(f"{PAGE}/regression.console", timeout=90)
    first, second = sorted(mailbox.Maildir(shop.path / "mail"), key=lambda mail: mail["Subject"])
    assert (first["Subject"], second["Subject"]) == ("[NEW] KeyError: 'salt'", "[REGRESSED] KeyError: 'salt'")
    text = second.get_payload(decode=True).decode()
    captured(f"{PAGE}/mail.txt", f"To: {second['To']}\nSubject: {second['Subject']}\n\n{text}")
    for program in (worker, server, smtp):
        program.stop()


def test_only_the_genuine_alert_rings_and_only_once(terminal, shop, redis_server, receiver):
    terminal(f"{PAGE}/knock.console")
    ((to, alert),) = queued(redis_server)
    assert to == "oncall@shop.example"
    assert alert == {
        "title": "KeyError: 'salt'",
        "reason": "New issue in production",
        "url": "https://sentry.example/organizations/shop/issues/1/",
    }
    remembered = redis_server.client(db=1)
    (key,) = remembered.keys("alert:*")
    assert 3600 < remembered.ttl(key) <= 7200, "longer than an old alert is accepted"
    headers = {"Sentry-Hook-Signature": "ü".encode("latin-1")}
    refused = requests.post("http://localhost:8000/sentry", data=b"{}", headers=headers, timeout=5)
    assert refused.status_code == 401, "not a crash"


def test_webhook_delivered_twice_makes_one_message_and_a_wrong_address_none(shop, redis_server, receiver):
    issue = {"title": "KeyError", "alert_reason": "NEW", "url": "http://localhost:9000/issues/1/"}
    first, second = (requests.post(HOOK, json=issue, timeout=5) for _ in range(2))
    assert (first.json(), second.json()) == ("accepted", "seen before")
    for address in (HOOK.replace("a-long-random-word", "guessed"), "http://127.0.0.1:8000/bugsink"):
        assert requests.post(address, json={**issue, "title": "x"}, timeout=5).status_code == 401
    assert "random-word" not in receiver.output(), "the password stays out of the access log"

    body = b'{"action": "resolved", "data": {"issue": {}}}'  # Sentry calls for other things, too
    signature = hmac.new(SETTINGS["SENTRY_CLIENT_SECRET"].encode(), body, hashlib.sha256).hexdigest()
    headers = {"Sentry-Hook-Resource": "issue", "Sentry-Hook-Signature": signature}
    answer = requests.post("http://localhost:8000/sentry", data=body, headers=headers, timeout=5)
    assert (answer.status_code, answer.json()) == (202, "not an issue alert")
    assert len(queued(redis_server)) == 1


def test_without_a_check_a_stranger_writes_to_the_person_on_call(terminal, shop, redis_server):
    terminal(f"{PAGE}/forge.console")
    ((to, alert),) = queued(redis_server)
    assert (to, alert["url"]) == ("oncall@shop.example", "https://phishing.example/")
    # The session ends the server, and what a server that is ended has executed is not measured.
    shop.run(
        "python", "-c", "from naive_receiver import alert; alert({'title': 'Log in', 'url': 'https://x.example/'})"
    )
    assert len(queued(redis_server)) == 2


def test_hundred_errors_are_a_hundred_mails_or_one_alert(terminal, shop, project, redis_server, receiver):
    smtp = terminal(f"{PAGE}/mail.console", keeps_running=True)
    add_webhook(shop)
    wait_until(lambda: (shop.path / "mail").exists(), 20, "the mail server")
    terminal(f"{PAGE}/flood.console", timeout=90)
    (issue,) = project.issues()
    assert issue["digested_event_count"] == 100
    smtp.stop()


def test_forty_issues_at_once_make_eleven_messages(terminal, shop, redis_server):
    shop.env["MAIL_TO"] = SETTINGS["MAIL_TO"]
    terminal(f"{PAGE}/burst.console")
    told = [alert["title"] for _, alert in queued(redis_server)]
    assert told == [*(f"error {number}" for number in range(10)), "more than 10 alerts"]
    assert 0 < redis_server.client(db=1).ttl("sent") <= 600


def test_alert_is_taken_again_when_no_worker_could_be_told(shop, redis_server):
    script = (
        "import inbox\n"
        "def down(*_): raise ConnectionError('no broker')\n"
        "inbox.send_mail.delay, real = down, inbox.send_mail.delay\n"
        "try: inbox.accept('a', {})\nexcept ConnectionError as error: print(error)\n"
        "inbox.send_mail.delay = real\nprint(inbox.accept('a', {'title': 't'}))"
    )
    assert shop.run("python", "-c", script, env=SETTINGS).split("\n")[:2] == ["no broker", "accepted"]


CATCH = """
import http.server as h
class Catch(h.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        print(sorted(name.lower() for name in self.headers), body, sep="\\n", flush=True)
        self.send_response(200); self.end_headers()
h.HTTPServer(("127.0.0.1", 8000), Catch).serve_forever()
"""


def test_webhook_of_bugsink_is_unsigned_and_lost_when_nobody_listens(shop, project, bugsink, redis_server, captured):
    refused = shop.run("python", "add_webhook.py", "custom", "no address", env={"BUGSINK_PASSWORD": "admin"}, status=1)
    assert "refused this" in refused
    add_webhook(shop)

    catching = shop.start("python", "-c", CATCH)
    wait_until(lambda: listening(8000), 30, "the catcher")
    shop.run("python", "break_it.py")
    seen = catching.wait_for(r"^\{.*\}$")
    headers, body = (line for line in seen.splitlines() if line.startswith(("[", "{")))
    assert "authorization" in headers
    assert "signature" not in headers
    payload = json.loads(body)
    shown = ("id", "title", "alert_reason", "url", "project_name", "digested_event_count", "first_seen", "is_resolved")
    captured(f"{PAGE}/webhook.json", json.dumps({key: payload[key] for key in shown}, indent=2))
    catching.kill()
    assert not listening(8000)

    (issue,) = project.issues()
    bugsink.api("POST", f"issues/{issue['id']}/resolve/")
    shop.run("python", "break_it.py")
    with closing(sqlite3.connect(bugsink.data / "db.sqlite3")) as database:
        kind, text = database.execute(
            "SELECT last_failure_error_type, last_failure_error_message FROM alerts_messagingserviceconfig"
        ).fetchone()
    assert kind == "ConnectionError"
    captured(f"{PAGE}/failed.txt", f"{kind}: {text}")

    server = shop.start("uvicorn", "receiver:app", env=SETTINGS)
    server.wait_for(READY)
    shop.run("python", "break_it.py")
    assert [issue["digested_event_count"] for issue in project.issues()] == [3]
    assert queued(redis_server) == [], "the issue has been back for a while"
    server.stop()
