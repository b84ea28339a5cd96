"""What docs/sentry/what-is-captured.md promises; read back from Bugsink, which keeps events as the SDK sent them."""

import json
import signal
from typing import Any

import requests

from harness.process import wait_until

PAGE = "sentry/what_is_captured"
REPORTED = (
    ("nobody_catches_it", "nobody catches it"),
    ("caught_and_handed_over", "caught, and handed to `capture_exception`"),
    ("thread", "in a thread"),
    ("pool_that_is_asked", "in a pool, and the result is asked for"),
    ("asyncio_task_that_nobody_awaits", "in an asyncio task that nobody awaits"),
    ("group_of_errors", "an `ExceptionGroup`"),
    ("log_line_of_level_error", "a log line of level ERROR, no exception"),
    ("flush_before_the_hard_exit", "`capture_exception`, `flush`, `os._exit`"),
    ("ctrl_c", "Ctrl-C"),
)
LOST = (
    ("caught", "caught, and the program goes on"),
    ("pool_that_nobody_asks", "in a pool, and nobody asks for the result"),
    ("child_process", "in a `multiprocessing.Process`"),
    ("sys_exit", "`sys.exit` in the `except` block"),
    ("hard_exit_on_the_way_out", "`os._exit` while the error is on its way"),
    ("killed", "SIGKILL, out of memory"),
    ("crash_in_c_code", "SIGSEGV, a crash in C code"),
)
ROUTES = (
    ("logged-as-text-and-raised", "async def", '`log.error("… %s", error)`, then `raise`'),
    ("captured-and-raised-as-another", "async def", "`capture_exception`, then `raise Other from error`"),
    ("captured-and-raised-in-def", "def", "`capture_exception`, then `raise`"),
    ("captured-and-raised", "async def", "`capture_exception`, then `raise`"),
    ("logged-with-traceback-and-raised", "async def", "`log.exception`, then `raise`"),
    ("raised", "def", "`raise` alone"),
    ("noted-and-raised", "def", "`log.warning` or a tag, then `raise`"),
    ("raised-as-another", "def", "`raise Other from error`"),
)


def dump(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile Safari/604.1"


def table(*head: str, rows: list[tuple[str, ...]]) -> str:
    return "".join(" | ".join(row) + "\n" for row in [head, *rows])


def values(event: dict[str, Any]) -> list[dict[str, Any]]:
    return event.get("exception", {}).get("values", [])


def test_event_holds_the_chain_the_frames_and_the_variables(shop, wait_for_events, captured):
    shop.run("python", "order.py", status=1)
    (event,) = wait_for_events(1)

    def frame(one: dict[str, Any]) -> dict[str, Any]:
        kept = {key: one.get(key) for key in ("filename", "function", "in_app")}
        if one["filename"] == "order.py" and one["function"] != "<module>":
            kept |= {key: one[key] for key in ("lineno", "context_line", "vars")}
        return kept

    captured(
        f"{PAGE}/order.json",
        dump(
            {
                "level": event["level"],
                "exception": [
                    {
                        "type": one["type"],
                        "value": one["value"],
                        "mechanism": {key: one["mechanism"].get(key) for key in ("type", "handled")},
                        "frames": [frame(each) for each in one["stacktrace"]["frames"]],
                    }
                    for one in values(event)
                ],
            }
        ),
    )
    assert "order.py" in dump(event["extra"]), "the command line leaves with the event"
    assert "sentry-sdk" in event["modules"]
    assert "user" not in event
    rows = [
        ("`event_id`", "", "names this one event; `capture_exception` returns it"),
        ("`timestamp`", "", "when it was captured"),
        ("`level`", event["level"], "`fatal`, `error`, `warning`, `info` or `debug`"),
        ("`exception.values`", " → ".join(one["type"] for one in values(event)), "the chain, the cause first"),
        ("`release`", event["release"], "which version failed"),
        ("`environment`", event["environment"], "where it failed"),
        ("`server_name`", "", "the machine's name"),
        (
            "`contexts`",
            ", ".join(sorted(event["contexts"])),
            "the Python that ran, and the id that joins errors, spans and logs",
        ),
        ("`extra`", ", ".join(event["extra"]), "the command line: keep secrets out of it"),
        ("`modules`", "", "all installed packages with their versions"),
        ("`sdk`", "", "the SDK and the integrations that were on"),
    ]
    for name, _, _ in rows:
        assert name.strip("`").split(".")[0] in event
    captured(f"{PAGE}/fields.table", table("Field", "In this event", "What it tells", rows=rows))


def test_errors_are_events_and_warnings_are_breadcrumbs(shop, wait_for_events, captured):
    shop.run("python", "logs.py")
    found = wait_for_events(2)
    captured(
        f"{PAGE}/logs.json",
        dump(
            [
                {
                    "level": event["level"],
                    "logger": event["logger"],
                    "logentry": {key: event["logentry"][key] for key in ("message", "params")},
                    "exception": [one["type"] for one in values(event)],
                    "breadcrumbs": [
                        f"{crumb['level']}: {crumb['message']}" for crumb in event["breadcrumbs"]["values"]
                    ],
                }
                for event in found
            ]
        ),
    )


def test_how_a_program_ends_decides_what_arrives(shop, project, captured):
    """The programs run four at a time: two processors do not serve sixteen of them in time."""
    status, waiting, running = {}, [*REPORTED, *LOST], []
    while waiting or running:
        while waiting and len(running) < 4:
            name = waiting.pop(0)[0]
            running.append((name, shop.start("python", "endings.py", name)))
        name, process = running.pop(0)
        wait_until(lambda process=process: process.returncode is not None, 60, f"{name} to end")
        status[name] = process.returncode
    events: dict[str, list[dict[str, Any]]] = {}
    for event in project.events():
        events.setdefault(event["data"]["extra"]["sys.argv"][1], []).append(event["data"])

    rows = []
    for name, said in REPORTED:
        (event,) = events.pop(name)
        how = values(event)[-1]["mechanism"] if values(event) else {"type": "logging", "handled": ""}
        rows.append((said, str(status[name]), how["type"], str(how["handled"]).lower()))
    head = ("What happens", "Exit status", "Caught by", "`handled`")
    captured(f"{PAGE}/reported.table", table(*head, rows=rows))
    assert not events, "nothing else arrived"
    captured(
        f"{PAGE}/lost.table", table(*head[:2], "Events", rows=[(said, str(status[name]), "0") for name, said in LOST])
    )
    assert status["killed"] == -signal.SIGKILL
    assert status["crash_in_c_code"] == -signal.SIGSEGV


def test_request_names_the_browser_by_its_header_and_no_device(shop, wait_for_events, captured):
    server = shop.start("uvicorn", "double:app")
    server.wait_for("Uvicorn running on")
    assert requests.get("http://localhost:8000/raised", headers={"User-Agent": PHONE}, timeout=10).status_code == 500
    (event,) = wait_for_events(1)
    request = event["request"]
    assert request["headers"]["user-agent"] == PHONE
    assert not {"browser", "device", "os"} & event["contexts"].keys(), "the SDK derives nothing from it"
    shown = {key: request[key] for key in ("method", "url")}
    captured(f"{PAGE}/request.json", dump(shown | {"headers": {"user-agent": request["headers"]["user-agent"]}}))


CLAIMS = """
import endings, multiprocessing, os, sentry_sdk

os.kill = print
endings.killed()
endings.crash_in_c_code()


def child():
    try:
        endings.pay()
    except ValueError as error:
        sentry_sdk.capture_exception(error)
        sentry_sdk.flush(timeout=20)


process = multiprocessing.get_context("fork").Process(target=child)
process.start()
process.join()
try:
    try:
        endings.pay()
    except ValueError:
        {}["card"]
except KeyError as error:
    sentry_sdk.capture_exception(error)
sentry_sdk.flush(timeout=20)
sentry_sdk.init(ignore_errors=[KeyboardInterrupt], auto_enabling_integrations=False)
raise KeyboardInterrupt
"""


def test_child_may_report_itself_and_ctrl_c_can_be_ignored(shop, wait_for_events):
    """Here `killed` and `crash_in_c_code` run to their end, too: what a killed process executed was not measured."""
    said = shop.run("python", "-c", CLAIMS, status=-signal.SIGINT)
    assert said.count("Signals.SIG") + said.count(" 9") + said.count(" 11") >= 2
    found = [[one["type"] for one in values(event)] for event in wait_for_events(2)]
    assert sorted(found) == [["ValueError"], ["ValueError", "KeyError"]], (
        "a chain without `from`, and no KeyboardInterrupt"
    )


def test_error_reported_twice_and_once(shop, project, captured):
    server = shop.start("uvicorn", "double:app")
    server.wait_for("Uvicorn running on")
    ways = [way for way, _, _ in ROUTES]
    status = {way: requests.get(f"http://localhost:8000/{way}", timeout=10).status_code for way in ways}
    # Before the server ends, for then two seconds would have to do. A later one than the last would be the twelfth.
    wait_until(lambda: sum(issue["digested_event_count"] for issue in project.issues()) >= 11, 60, "11 events")
    assert server.stop(signal.SIGINT) == 0
    found: dict[str, list[str]] = {}
    events = [event["data"] for event in project.events()]
    for event in events:
        for one in values(event):
            installed = [frame for frame in one["stacktrace"]["frames"] if "starlette" in frame["filename"]]
            assert all(frame["in_app"] is False for frame in installed)
        way = event["request"]["url"].rpartition("/")[2]
        chain = " → ".join(one["type"] for one in values(event))
        found.setdefault(way, []).append(chain or "log line")
    rows = [(said, kind, str(len(found[way])), ", ".join(found[way])) for way, kind, said in ROUTES]
    captured(f"{PAGE}/double.table", table("In the endpoint", "Kind", "Events", "Holding", rows=rows))
    assert set(status.values()) == {500}


def test_worker_ended_for_taking_too_long_says_nothing_unless_it_is_told_to(terminal, shop, wait_for_events, captured):
    terminal(f"{PAGE}/silent.console")
    wait_for_events(0)
    terminal(f"{PAGE}/tells.console")
    (event,) = wait_for_events(1)
    frames = event["threads"]["values"][0]["stacktrace"]["frames"]
    captured(
        f"{PAGE}/tells.json",
        dump(
            {
                "level": event["level"],
                "message": event["message"],
                "frames": [
                    {key: one[key] for key in ("function", "lineno", "context_line", "vars")} for one in frames[1:2]
                ],
            }
        ),
    )


def test_parent_reports_the_child_that_was_killed(terminal, shop, wait_for_events):
    terminal(f"{PAGE}/parent.console")
    (event,) = wait_for_events(1)
    assert event["message"] == "report job ended by SIGKILL"
    assert event["extra"]["sys.argv"] == ["parent.py"], "the child said nothing"
