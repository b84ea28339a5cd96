"""What docs/capstone/observability.md promises."""

import json
import time
from typing import Any

import pytest

from harness.process import wait_until

PAGE = "capstone/observability"
PATIENCE = 120.0
pytestmark = pytest.mark.timeout(600)
# What beat finds when it was down for two days: the report is due.
WAS_DOWN = """
from datetime import timedelta
from celery.beat import PersistentScheduler
from signup.celery_app import app
scheduler = PersistentScheduler(app, schedule_filename="celerybeat-schedule")
scheduler.schedule["daily-report"].last_run_at -= timedelta(days=2)
scheduler.close()
"""


@pytest.fixture(scope="module")
def running(stack):
    stack.start("web", "relay", "worker", RETRIES="1")
    return dict(stack.processes)  # a beat comes later


def test_one_signup_is_one_trace_through_all_processes(stack, running, captured, log_lines):
    signup = stack.sign_up("amina@example.com")
    stack.wait_for(signup, "done", PATIENCE)

    def logged() -> list[dict[str, Any]]:
        every = [line for process in running.values() for line in log_lines(process, ".")]
        return [line for line in every if line.get("signup") == signup]

    # The state is in the database a moment before the worker says so in its log.
    wait_until(lambda: "sign-up done" in [line["message"] for line in logged()], PATIENCE, "the last line of the log")
    lines = logged()
    (trace,) = {line["trace"] for line in lines}
    deadline = time.monotonic() + PATIENCE
    while True:
        found = [one for one in stack.sentry.payloads("transaction") if one["contexts"]["trace"]["trace_id"] == trace]
        if len(found) == 7:  # the request, the relay, five steps
            break
        assert time.monotonic() < deadline, [one["transaction"] for one in found]
        time.sleep(0.1)
    owner = {}  # span id -> the transaction that it is in
    for one in found:
        for span in [one["contexts"]["trace"], *one["spans"]]:
            owner[span["span_id"]] = one
    rows = ["Transaction | Process"]
    parents = {owner.get(one["contexts"]["trace"].get("parent_span_id"), one)["event_id"] for one in found}

    def add(parent: str | None, depth: int) -> None:
        for one in sorted(found, key=lambda one: (one["transaction"], one["event_id"] in parents)):
            above = owner.get(one["contexts"]["trace"].get("parent_span_id"))
            if (above and above["event_id"]) == parent:
                rows.append(f"{'· ' * depth}{one['transaction']} | {one['tags']['role']}")
                add(one["event_id"], depth + 1)

    add(None, 0)
    assert len(rows) == 1 + len(found), "every transaction hangs on another one"
    captured(f"{PAGE}/trace.table", "\n".join(rows))
    # Both notifications are sent at the same time.
    lines.sort(key=lambda line: (line["message"] == "sign-up done", "notified" in line["message"], line["time"]))
    both = sorted((line for line in lines if "notified" in line["message"]), key=lambda line: line["message"])
    lines = [line for line in lines if "notified" not in line["message"]]
    lines[-1:-1] = both
    captured(f"{PAGE}/trace.log", "\n".join(json.dumps(line) for line in lines))


def test_neither_log_nor_sentry_gets_an_address_or_a_name(stack, running, log_lines):
    visitor = {"X_Forwarded_For": "203.0.113.77"}
    stack.wait_for(stack.sign_up("secret.address@example.com", "Secret Name", **visitor), "done", PATIENCE)
    stack.mail.refuse = "554 no"  # now with an error and its stack
    failed = stack.sign_up("secret.too@example.com", "Secret Name", **visitor)
    stack.wait_for(failed, "failed", PATIENCE)
    (event,) = stack.sentry.wait_for("event")
    stack.mail.refuse = None
    assert event["exception"]["values"][-1]["stacktrace"]["frames"]
    assert event["contexts"]["trace"]["trace_id"] in {line.get("trace") for line in log_lines(running["web"], ".")}
    for process in running.values():
        assert "secret" not in process.output().lower()
    sent = json.dumps([item.payload for item in stack.sentry.items() if isinstance(item.payload, dict)])
    assert "secret" not in sent.lower()
    assert "203.0.113.77" in running["web"].output(), "in the access log only"
    assert "'rate:" in sent
    assert "203.0.113.77" not in sent


def test_report_checks_in_when_it_begins_and_when_it_has_ended(stack, running, captured):
    stack.space.run("python", "-c", WAS_DOWN, timeout=120)
    beat = stack.start("beat")
    first, second = stack.sentry.wait_for("check_in", 2, timeout=120)
    running["worker"].wait_for("report for ", PATIENCE)
    beat.stop()
    assert first["check_in_id"] == second["check_in_id"]
    assert first["monitor_config"]["schedule"] == {"type": "crontab", "value": "0 6 * * *"}
    rows = ["Process | Monitor | Status"]
    rows += [f"beat | {first['monitor_slug']} | `{first['status']}`"]
    rows += [f"worker | {second['monitor_slug']} | `{second['status']}`"]
    captured(f"{PAGE}/beat.table", "\n".join(rows))
    assert len(stack.rows("select day from reports")) == 1


def test_sentry_that_hangs_delays_no_visitor(stack, running):
    stack.sentry.delay = 120.0
    before = stack.sentry.requests
    begun = time.monotonic()
    for number in range(20):
        stack.sign_up(f"guest{number}@example.com", Idempotency_Key=f"guest-{number}")
        if number == 0:
            deadline = time.monotonic() + 60
            while stack.sentry.requests == before:  # it has got something, and does not answer
                assert time.monotonic() < deadline
                time.sleep(0.02)
    assert time.monotonic() - begun < 100
    stack.sentry.delay = 0.0
