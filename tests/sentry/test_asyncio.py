"""What docs/sentry/asyncio.md promises."""

import requests

PAGE = "sentry/asyncio"
CASES = {
    "never_awaited": "a task that is kept and never awaited",
    "awaited_and_caught": "awaited, and you catch the error",
    "gathered": "two in `gather(return_exceptions=True)`",
    "group": "in a `TaskGroup`; nobody catches",
}


def test_events_of_failed_tasks_are_what_the_table_says(shop, ingest, captured):
    rows = ["A task fails | Events without it | Events with it"]
    for case, title in CASES.items():
        counts = []
        for how in ("plain", "enable"):
            ingest.envelopes = []
            shop.run("python", "cases.py", case, how, status=int(case == "group"))
            errors = [event["exception"]["values"][-1]["mechanism"] for event in ingest.payloads("event")]
            own = [error for error in errors if error["type"] == "asyncio"]
            assert not any(error["handled"] for error in own)
            counts.append(str(len(errors)))
        rows.append(" | ".join([title, *counts]))
    captured(f"{PAGE}/cases.table", "\n".join(rows))
    assert [row.split(" | ")[1:] for row in rows[1:]] == [["0", "1"], ["0", "1"], ["0", "2"], ["1", "2"]]


def test_early_integration_says_in_debug_that_it_patched_nothing(shop, ingest, captured):
    said = shop.run("python", "cases.py", "never_awaited", "early", env={"SENTRY_DEBUG": "1"})
    (line,) = {line.partition("WARNING: ")[2] for line in said.splitlines() if "nothing Sentry can patch" in line}
    captured(f"{PAGE}/early.txt", line)
    assert ingest.payloads("event") == []


def test_task_of_a_request_is_reported_when_it_fails(shop, ingest):
    server = shop.start("uvicorn", "shop:app")
    server.wait_for("Uvicorn running on")
    assert requests.post("http://localhost:8000/orders/1001", timeout=20).json() == {"taken": 1001}
    (event,) = ingest.wait_for("event")
    error = event["exception"]["values"][-1]
    assert (error["type"], error["mechanism"]["type"]) == ("ConnectionError", "asyncio")
    server.stop(2)
    assert len(ingest.payloads("event")) == 1


def test_tags_of_two_messages_mix_unless_each_has_a_scope(shop, ingest, captured):
    rows = ["How | `order` on the event of 1001 | on the event of 1002"]
    for how, title in {"plain": "as it is", "enable": "integration", "scope": "`isolation_scope()`"}.items():
        ingest.envelopes = []
        shop.run("python", "consumer.py", how)
        tags = {event["message"]: event["tags"]["order"] for event in ingest.payloads("event")}
        rows.append(f"{title} | {tags['order 1001 failed']} | {tags['order 1002 failed']}")
    captured(f"{PAGE}/consumer.table", "\n".join(rows))
    assert rows[1].endswith("1002 | 1002"), "mixed"
    assert all(row.endswith("1001 | 1002") for row in rows[2:])
