"""What docs/sentry/start.md promises."""

import http.client
import json
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sentry_sdk
from sentry_sdk.consts import DEFAULT_OPTIONS, DEFAULT_QUEUE_SIZE

from harness import ROOT

PAGE = "sentry/start"
READY = "Uvicorn running on"
SECRETS = ("db-secret", "card-secret", "4111-1111-1111-1111")
VISITOR = "127.0.0.77"  # every address of 127.0.0.0/8 is this machine: one to recognise


def events(project) -> list[dict[str, Any]]:
    """The data of every event that the server has stored for the project."""
    return [event["data"] for event in project.events()]


def in_app(event: dict[str, Any]) -> dict[str, Any]:
    """The innermost frame of the exception: the reader's own function."""
    return event["exception"]["values"][0]["stacktrace"]["frames"][-1]


def dump(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def get(path: str) -> int:
    """Ask the shop from the visitor's address; return the status of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=5, source_address=(VISITOR, 0))
    connection.request("GET", path)
    return connection.getresponse().status


@pytest.mark.parametrize("installer", ["install", "install_uv"])
def test_packages_install_as_published(shell, workspace, installer):
    shell(f"sentry/start/{installer}.sh", timeout=90)
    found = workspace.run(".venv/bin/python", "-c", "import fastapi, sentry_sdk, uvicorn; print(sentry_sdk.VERSION)")
    assert found.strip() == sentry_sdk.VERSION


def test_unhandled_errors_arrive_as_one_issue_with_addresses_of_visitors_and_an_answer_404_does_not(
    terminal, shop, project, wait_for_events, captured
):
    server = terminal("sentry/start/serve.console", keeps_running=True)
    terminal("sentry/start/ask.console")
    (event,) = wait_for_events(1)

    error = event["exception"]["values"][0]
    frame = in_app(event)
    captured(
        "sentry/start/event.json",
        dump(
            {
                "exception": {
                    "type": error["type"],
                    "value": error["value"],
                    "handled": error["mechanism"]["handled"],
                },
                "frame": {key: frame[key] for key in ("filename", "lineno", "function", "context_line", "vars")},
                "transaction": event["transaction"],
                "release": event["release"],
                "environment": event["environment"],
                "request": {key: event["request"][key] for key in ("method", "url", "query_string")},
            }
        ),
    )
    assert "fastapi" in event["sdk"]["integrations"], "the integration switched itself on"
    assert "user" not in event

    for _ in range(2):
        assert get("/divide?total=90&people=0") == 500
    _, *others = wait_for_events(3)
    assert len(project.issues()) == 1
    for one in others:
        frames = one["exception"]["values"][0]["stacktrace"]["frames"]
        assert any(VISITOR in dump(frame["vars"]) for frame in frames)
    assert VISITOR in dump(others[-1]["breadcrumbs"]), "the access log of the request before"
    server.stop()


def test_killed_sentry_server_costs_the_event_and_not_the_visitor(terminal, shop, project, wait_for_events, bugsink):
    server = shop.start("uvicorn", "app:app", env={"SENTRY_DEBUG": "1"})
    server.wait_for(READY)
    pid = bugsink.pid
    bugsink.kill()
    assert not Path(f"/proc/{pid}").exists()
    began = time.monotonic()
    terminal("sentry/start/ask.console")
    assert time.monotonic() - began < 20, "seconds for three requests"
    # The answer is out before the event is ready to be sent: start the server when that was tried, not before.
    server.wait_for("Max retries exceeded")

    bugsink.start()
    assert get("/divide?total=45&people=0") == 500
    (event,) = wait_for_events(1)
    assert in_app(event)["vars"]["total"] == "45", "the second error arrives, the first one was not sent again"
    server.stop(signal.SIGINT)  # as Ctrl-C does: the SDK may send what it still has
    assert len(events(project)) == 1, "not at shutdown either"


def test_program_waits_two_seconds_for_a_server_that_does_not_answer(terminal, shop, bugsink):
    bugsink.freeze()
    began = time.monotonic()
    terminal("sentry/start/frozen.console")
    took = time.monotonic() - began
    bugsink.thaw()
    assert 2 <= took < 20, "seconds"
    assert DEFAULT_OPTIONS["shutdown_timeout"] == 2
    assert DEFAULT_QUEUE_SIZE == 100


def test_what_a_program_could_not_send_in_time_is_discarded(shop, project, bugsink):
    bugsink.freeze()
    many = "import sentry_sdk as s; s.init(); [s.capture_message(f'order {n}') for n in range(20)]"
    shop.run("python", "-c", many)
    bugsink.thaw()
    # Whatever was on its way has arrived when a later message has.
    shop.run("python", "need_dsn.py")
    deadline = time.monotonic() + 20
    while "the shop has started" not in (arrived := dump(events(project))):
        assert time.monotonic() < deadline, "the last message did not arrive"
        time.sleep(0.05)
    assert len(events(project)) < 10, "of 21"
    assert "order 19" not in arrived


def test_report_of_a_caught_error_arrives(shop, wait_for_events):
    said = shop.run("python", "report.py")
    (event,) = wait_for_events(1)
    assert event["event_id"] in said


def test_without_an_address_nothing_is_sent_and_nothing_is_said(terminal, shop, project):
    terminal("sentry/start/no_dsn.console")
    assert events(project) == []


def test_program_that_insists_on_the_address_says_so(terminal, shop, wait_for_events):
    terminal("sentry/start/need_dsn.console", fails=["python need_dsn.py"])
    (event,) = wait_for_events(1)
    assert event["message"] == "the shop has started" or event["logentry"]["message"] == "the shop has started"


def sold(
    terminal, wait_for_events, captured, shop_session: str, output: str, then: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """Play the sale on one of the two programs, `then` more while it runs; return the event, a part of which is shown
    as `output`."""
    server = terminal(shop_session, keeps_running=True)
    terminal("sentry/start/buy.console")
    (event,) = wait_for_events(1)
    then()
    server.stop()
    captured(
        output,
        dump(
            {
                "message": event["exception"]["values"][0]["value"],
                "local variables": in_app(event).get("vars"),
                "request body": event["request"].get("data"),
            }
        ),
    )
    return event


def test_default_settings_send_secrets(terminal, shop, wait_for_events, captured):
    event = sold(terminal, wait_for_events, captured, "sentry/start/checkout.console", "sentry/start/leaked.json")
    for secret in SECRETS:
        assert secret in dump(event)
    assert in_app(event)["vars"]["password"] == "[Filtered]"
    # FastAPI's own variables hold the order as text, which no list of names can filter.
    frames = event["exception"]["values"][0]["stacktrace"]["frames"]
    assert any("card-secret" in str(frame["vars"].get("func")) for frame in frames)


def test_a_recursive_scrubber_is_not_enough(shop, wait_for_events):
    safer = (ROOT / "snippets" / PAGE / "checkout.py").read_text()
    safer = safer.replace(
        'environment="development"',
        'environment="development", event_scrubber=EventScrubber(recursive=True)',
    ).replace("import sentry_sdk\n", "import sentry_sdk\nfrom sentry_sdk.scrubber import EventScrubber\n", 1)
    assert "recursive=True" in safer
    (shop.path / "recursive.py").write_text(safer)
    server = shop.start("uvicorn", "recursive:app", env={"DB_PASSWORD": "db-secret"})
    server.wait_for(READY)
    shop.run("python", "buy.py")
    (event,) = wait_for_events(1)
    assert event["request"]["data"]["payment"]["token"] == "[Filtered]"
    for secret in SECRETS:
        assert secret in dump(event), "and still it leaves by another way"
    server.stop()


def test_what_is_not_collected_does_not_leak_and_neither_do_addresses_of_visitors(
    terminal, shop, wait_for_events, captured
):
    def visit() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=20, source_address=(VISITOR, 0))
        connection.request("POST", "/checkout", "{}", {"Content-Type": "application/json"})
        assert connection.getresponse().status == 500
        for one in wait_for_events(2):
            assert VISITOR not in dump(one)

    names = ("sentry/start/checkout_safe.console", "sentry/start/kept.json")
    event = sold(terminal, wait_for_events, captured, *names, then=visit)
    for secret in SECRETS:
        assert secret not in dump(event)
    assert "[Filtered]" in event["exception"]["values"][0]["value"]
