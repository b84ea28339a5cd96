"""What docs/sentry/integrations.md promises; read back from Bugsink."""

import json
import re
import signal
from typing import Any

import requests
from sentry_sdk import integrations

from harness.process import wait_until

PAGE = "sentry/integrations"
WORKER = ("worker", "--concurrency=1", "--loglevel=INFO", "--without-mingle", "--without-gossip")
DOES = {
    "argv": "adds the command line",
    "atexit": "sends what waits when the program ends",
    "dedupe": "drops an exception that was just reported",
    "excepthook": "reports what nobody catches",
    "logging": "breadcrumbs from INFO up, events from ERROR up",
    "modules": "adds installed packages and versions",
    "stdlib": "breadcrumbs for HTTP requests and started programs",
    "threading": "reports errors in threads",
}
# Sends the task whose process is killed. What such a process ran was not measured: the same lines run once more here.
DIRECTLY = """
import contextlib, types, tasks

tasks.resize_photo.delay(1001)
tasks.time = types.SimpleNamespace(sleep=print)
tasks.os = types.SimpleNamespace(getpid=lambda: 0, kill=lambda pid, number: print(int(number)))
for call in (lambda: tasks.send_mail("Amina", "-"), lambda: tasks.ask_bank(1), lambda: tasks.greet("Bilal")):
    with contextlib.suppress(ValueError, ConnectionError, tasks.NoSuchCustomer):
        call()
tasks.make_report("Monday")
tasks.resize_photo(1001)
"""


def dump(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def table(*head: str, rows: list[tuple[str, ...]]) -> str:
    return "".join(" | ".join(row) + "\n" for row in [head, *rows])


def test_what_the_sdk_switches_on_by_itself(captured):
    default = [path.split(".")[2] for path in integrations._DEFAULT_INTEGRATIONS]
    captured(f"{PAGE}/default.table", table("Always on", "Does", rows=[(name, DOES[name]) for name in sorted(default)]))
    auto = [path.split(".")[2] for path in integrations._AUTO_ENABLING_INTEGRATIONS]
    versions = {name: ".".join(map(str, found)) for name, found in integrations._MIN_VERSIONS.items()}
    rows = [(name, versions.get(name, "any")) for name in sorted(auto)]
    captured(f"{PAGE}/auto.table", table("On when installed", "From version", rows=rows))
    assert {"django", "flask", "fastapi", "starlette", "celery", "redis", "sqlalchemy"} <= set(auto)


def test_one_integration_is_switched_off(terminal, shop):
    terminal(f"{PAGE}/switch.console")


def test_django_and_flask_report_errors_of_views_and_no_404(shop, lean, wait_for_events, captured):
    lean("django", "flask")  # both are installed
    django = shop.start("python", "django_shop.py", "runserver", "--noreload", "8000")
    flask = shop.start("flask", "--app", "flask_shop", "run", "--port", "5000")
    django.wait_for("Starting development server")
    flask.wait_for("Running on")
    for port in (8000, 5000):
        wait_until(lambda port=port: answer(port, "nothing") == 404, 30, "an answer")
        assert answer(port, "orders/1001") == 500
    found = {event["request"]["url"].split(":")[2][:4]: event for event in wait_for_events(2)}
    for server in (django, flask):
        server.stop(signal.SIGINT)
    rows = []
    for what, pick in (
        ("`mechanism.type`", lambda event: event["exception"]["values"][0]["mechanism"]["type"]),
        ("`handled`", lambda event: str(event["exception"]["values"][0]["mechanism"]["handled"]).lower()),
        ("`transaction`", lambda event: event["transaction"]),
        ("`request.url`", lambda event: event["request"]["url"]),
        (
            "`vars` of the view",
            lambda event: event["exception"]["values"][0]["stacktrace"]["frames"][-1]["vars"]["number"],
        ),
    ):
        rows.append((what, pick(found["8000"]), pick(found["5000"])))
    captured(f"{PAGE}/frameworks.table", table("In the event", "Django", "Flask", rows=rows))
    assert "django" in found["8000"]["sdk"]["integrations"]
    assert "flask" in found["5000"]["sdk"]["integrations"]
    assert found["5000"]["sdk"]["name"] == "sentry.python.django", "the name is not the framework that failed"


def answer(port: int, path: str) -> int:
    try:
        return requests.get(f"http://localhost:{port}/{path}", timeout=20).status_code
    except requests.ConnectionError:
        return 0


def test_commands_and_statements_are_breadcrumbs_without_their_values(shop, redis_server, wait_for_events, captured):
    shop.run("python", "crumbs.py")
    (event,) = wait_for_events(1)
    crumbs = [{key: crumb[key] for key in ("category", "message")} for crumb in event["breadcrumbs"]["values"]]
    captured(f"{PAGE}/crumbs.json", dump(crumbs))
    assert "s3cret-session" not in dump(crumbs)
    assert "session:amina" in dump(crumbs)
    assert "order 1001 from Amina" in dump(crumbs)


def test_logger_is_ignored_and_the_level_for_events_is_raised(shop, wait_for_events):
    shop.run("python", "quiet.py")
    (event,) = wait_for_events(1)
    assert event["logentry"]["message"] == "the database is read-only"
    assert [crumb["message"] for crumb in event["breadcrumbs"]["values"]] == ["order 1001 has no address"]


def test_error_in_a_worker_without_init_never_arrives(shop, redis_server, wait_for_events):
    worker = shop.start("celery", "-A", "plain", *WORKER)
    worker.wait_for("ready")
    shop.run("python", "web.py")
    worker.wait_for("raised unexpected: ValueError")
    worker.stop()
    (event,) = wait_for_events(1)
    assert event["message"] == "order 1001 placed", "the web process reports, the worker does not"


def test_what_celery_tasks_report(shop, redis_server, wait_for_events, captured):
    worker = shop.start("celery", "-A", "tasks", *WORKER)
    worker.wait_for("ready")
    shop.run("python", "send.py")
    for end in ("send_mail.*raised unexpected", "ask_bank.*raised unexpected", "greet.*raised expected"):
        worker.wait_for(f"tasks.{end}")
    log = worker.wait_for(r"tasks.make_report\[.*raised unexpected")
    attempts = {"ask_bank": log.count("Retry in 0s") + 1}
    wait_for_events(3)  # sent by the process that is killed now
    assert shop.run("python", "-c", DIRECTLY).splitlines() == ["60", "9"]
    worker.wait_for("exited with 'signal 9")
    worker.wait_for("Task handler raised error: WorkerLostError")
    assert worker.stop() == 0

    found: dict[str, list[dict[str, Any]]] = {}
    for event in wait_for_events(5):
        found.setdefault(event.get("transaction") or "the parent", []).append(event)

    def reported(task: str) -> str:
        (event,) = found[f"tasks.{task}"]
        error = event["exception"]["values"][-1]
        assert error["mechanism"] == {"type": "celery", "handled": False}
        return error["type"]

    rows = [
        ("`send_mail`", "an error", "1", "1", reported("send_mail")),
        ("`ask_bank`", "`autoretry_for`", str(attempts["ask_bank"]), "1", reported("ask_bank")),
        ("`greet`", "`throws`", "1", str(len(found.get("tasks.greet", []))), ""),
        ("`make_report`", "`soft_time_limit`", "1", "1", reported("make_report")),
    ]
    lost = sorted(found["the parent"], key=lambda event: event["logger"])
    assert [event["logger"] for event in lost] == ["celery.worker.request", "multiprocessing"]
    rows.append(
        ("`resize_photo`", "pool process killed", "1", str(len(lost)), "from the parent: WorkerLostError, log line")
    )
    assert len(found) == 4
    captured(f"{PAGE}/celery.table", table("Task", "Ends with", "Attempts", "Events", "Holding", rows=rows))

    (event,) = found["tasks.make_report"]
    assert event["fingerprint"] == ["celery", "SoftTimeLimitExceeded", "tasks.make_report"]
    (event,) = found["tasks.send_mail"]
    error = event["exception"]["values"][-1]
    frame = error["stacktrace"]["frames"][-1]
    captured(
        f"{PAGE}/celery.json",
        dump(
            {
                "transaction": event["transaction"],
                "exception": {"type": error["type"], "value": error["value"], "mechanism": error["mechanism"]},
                "frame": {key: frame[key] for key in ("function", "vars")},
                "tags": event["tags"],
                "extra": {"celery-job": event["extra"]["celery-job"]},
                "release": event["release"],
            }
        ),
    )
    captured(
        f"{PAGE}/lost.json",
        dump(
            [
                {key: one[key] for key in ("logger", "level")}
                | {"message": re.sub(r" Job: \d+\.", "", one["logentry"]["formatted"])}
                for one in lost
            ]
        ),
    )
