"""What docs/sentry/sampling.md promises."""

import json
import math
import re
import signal
from pathlib import Path
from typing import Any

from sentry_sdk.consts import DEFAULT_OPTIONS
from sentry_sdk.monitor import MAX_DOWNSAMPLE_FACTOR, Monitor

from harness.process import wait_until
from harness.proof.runners.tables import Cell, Label, table

PAGE = "sentry/sampling"


def dump(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def bounds(count: int, chance: float, unlikely: float = 1e-9) -> tuple[int, int]:
    """Between these a binomial count lies, but for a chance of `unlikely` (half of it on each side)."""
    each = [math.comb(count, hits) * chance**hits * (1 - chance) ** (count - hits) for hits in range(count + 1)]
    below, above = 0.0, 0.0
    low = next(hits for hits in range(count + 1) if (below := below + each[hits]) > unlikely / 2)
    high = next(hits for hits in range(count, -1, -1) if (above := above + each[hits]) > unlikely / 2)
    return low, high


def lost(ingest) -> dict[tuple[str, str], int]:
    """What the client reports that have arrived say: (reason, category) -> how many."""
    sums: dict[tuple[str, str], int] = {}
    for report in ingest.payloads("client_report"):
        for entry in report["discarded_events"]:
            key = entry["reason"], entry["category"]
            sums[key] = sums.get(key, 0) + entry["quantity"]
    return sums


def messages(ingest) -> list[str]:
    return [event.get("message") or event["logentry"]["message"] for event in ingest.payloads("event")]


def test_rates_keep_their_share_and_report_the_rest(shop, ingest, captured):
    rows = ["Setting | Of | Kept | In the client report"]
    shop.run("python", "sample_errors.py", timeout=90)
    kept, dropped = len(ingest.payloads("event")), lost(ingest)[("sample_rate", "error")]
    low, high = bounds(1000, 0.1)
    assert low <= kept <= high
    assert kept + dropped == 1000
    rows.append(f"`sample_rate=0.1` | 1000 errors | counted: {kept} | counted: {dropped}")

    shop.run("python", "rate.py", timeout=90)
    kept, dropped = len(ingest.payloads("transaction")), lost(ingest)[("sample_rate", "transaction")]
    low, high = bounds(1000, 0.1)
    assert low <= kept <= high
    assert kept + dropped == 1000
    rows.append(f"`traces_sample_rate=0.1` | 1000 transactions | counted: {kept} | counted: {dropped}")
    captured(f"{PAGE}/rates.table", "\n".join(rows) + "\n")


def test_error_sampler_thins_out_one_kind_and_keeps_the_rare_one(shop, ingest):
    shop.run("python", "error_sampler.py", timeout=60)
    kinds = [event["exception"]["values"][0]["type"] for event in ingest.payloads("event")]
    assert kinds.count("PaymentFailed") == 1
    low, high = bounds(200, 0.1)
    assert low <= kinds.count("TimeoutError") <= high < 100
    assert lost(ingest)[("sample_rate", "error")] == 200 - kinds.count("TimeoutError")


LOOK = """
import json, sentry_sdk
seen = {}

def show(context):
    begun = context["transaction_context"]
    part = {"transaction_context": {key: begun[key] for key in ("op", "name", "source")}}
    part["parent_sampled"] = context["parent_sampled"]
    if "celery_job" in context:
        part["celery_job"] = context["celery_job"]
    if "asgi_scope" in context:
        part["asgi_scope"] = {key: context["asgi_scope"][key] for key in ("method", "path")}
    seen["task" if "celery_job" in context else "request"] = part
    return 0.0

from tasks import charge
import web
sentry_sdk.init(traces_sampler=show)
from fastapi.testclient import TestClient
TestClient(web.app, base_url="http://localhost:8000").get("/health")
charge.apply((1001,))
print(json.dumps(seen))
"""


def test_before_send_sees_errors_that_sampling_drops(shop, ingest):
    program = (
        "import sentry_sdk\n"
        "sentry_sdk.init(sample_rate=0.0, before_send=lambda event, hint: print('seen') or event)\n"
        "sentry_sdk.capture_message('lost'); sentry_sdk.flush()\n"
    )
    assert shop.run("python", "-c", program).count("seen") == 1
    assert ingest.payloads("event") == []


def test_sampler_is_told_what_begins(shop, ingest, captured):
    seen = json.loads(shop.run("python", "-c", LOOK).splitlines()[-1])
    captured(f"{PAGE}/context.json", dump(seen))


def test_decision_at_the_beginning_holds_for_the_whole_trace(shop, redis_server, ingest, captured):
    worker = shop.start("celery", "-A", "tasks", "worker", "--pool=solo", "--without-mingle", "--loglevel=INFO")
    web = shop.start("uvicorn", "web:app")
    web.wait_for("Uvicorn running on")
    worker.wait_for("ready")
    shop.run("python", "ask.py", timeout=60)
    worker.wait_for(r"tasks\.charge\[.*succeeded", count=60)
    web.stop(signal.SIGINT)
    both = ingest.payloads("transaction")
    begun = {one["contexts"]["trace"]["trace_id"] for one in both if one["transaction"] == "/orders/{number}"}
    low, high = bounds(60, 0.5)
    assert 0 < low <= len(begun) <= high < 60
    assert not [one for one in both if one["transaction"] == "/health"]

    shop.run("python", "-c", "import tasks; [(tasks.heartbeat.delay(), tasks.charge.delay(n)) for n in range(10)]")
    worker.wait_for(r"tasks\.charge\[.*succeeded", count=70)
    assert worker.stop() == 0, "and has sent what it had"
    after = ingest.payloads("transaction")
    done = [one["contexts"]["trace"]["trace_id"] for one in after if one["transaction"] == "tasks.charge"]
    continued = [trace for trace in done if trace in begun]
    assert sorted(continued) == sorted(begun), "the worker kept the same traces, each whole"
    assert len(done) - len(continued) == 10, "those that began in the worker, at rate 1"
    beats = [one for one in after if one["transaction"] == "tasks.heartbeat"]
    assert not beats
    health = [one for one in both if one["transaction"] == "/health"]
    asked = {path: len(re.findall(rf'"\w+ {path}', web.output())) for path in ("/orders/", "/health")}
    ran = len(re.findall(r"tasks\.heartbeat\[.*succeeded", worker.output()))
    nowhere = Label("–")
    rows = [
        (
            "`POST /orders/{number}`, then `tasks.charge`",
            Cell(asked["/orders/"]),
            Cell(f"counted: {len(begun)}"),
            Cell(f"counted: {len(continued)}"),
        ),
        ("`GET /health`", Cell(asked["/health"]), Cell(len(health)), nowhere),
        ("`tasks.charge`, sent by a script", Label(10), nowhere, Cell(len(done) - len(continued))),
        ("`tasks.heartbeat`, sent by a script", Cell(ran), nowhere, Cell(len(beats))),
    ]
    head = ("What began", "Times", "Kept in the web process", "Kept in the worker")
    captured(f"{PAGE}/whole.table", table(head, *rows))


def test_server_can_limit_each_category_for_itself(shop, ingest, captured):
    rows = ["The server answers | Errors, of 3 | Transactions, of 3 | Requests"]
    for status, name, value in (
        (200, "", ""),
        (200, "X-Sentry-Rate-Limits", "60:error:organization"),
        (200, "X-Sentry-Rate-Limits", "60:transaction;span:organization"),
        (429, "Retry-After", "60"),
    ):
        ingest.status, ingest.reply_headers = status, {name: value} if name else {}
        ingest.envelopes, ingest.requests = [], 0
        shop.run("python", "limited.py", timeout=60)
        errors, transactions = len(ingest.payloads("event")), len(ingest.payloads("transaction"))
        header = f" and `{name}: {value}`" if name else ""
        with_items = ingest.requests - len(ingest.payloads("client_report"))
        rows.append(f"{status}{header} | {errors} | {transactions} | {with_items}")
        if "error" in value:
            assert lost(ingest)[("ratelimit_backoff", "error")] == 2
    captured(f"{PAGE}/limits.table", "\n".join(rows) + "\n")


def test_limited_errors_halve_the_rate_of_traces(terminal, shop, ingest):
    ingest.reply_headers = {"X-Sentry-Rate-Limits": "60:error:organization"}
    session = terminal(f"{PAGE}/backpressure.console", timeout=60)
    counts = [int(line.rsplit(" ", 1)[1]) for line in session.outputs[0].splitlines()]
    assert counts[0] == 200
    for checks in (1, 2, 3):
        low, high = bounds(200, 0.5**checks)
        assert low <= counts[checks] <= high
    assert lost(ingest)[("backpressure", "transaction")] == 4 * 200 - sum(counts)
    assert MAX_DOWNSAMPLE_FACTOR == 10
    assert Monitor.__init__.__defaults__ == (10,), "seconds between two checks"


QUIET = """
import sentry_sdk
def ten(**options):
    sentry_sdk.init(**options)
    for number in range(10):
        sentry_sdk.capture_message(f"order {number}")
    sentry_sdk.flush(timeout=20)
ten(before_send=lambda event, hint: None)
ten(sample_rate=0.0)
"""
OVERFLOW = """
import sentry_sdk
sentry_sdk.init(transport_queue_size=5)
for number in range(30):
    sentry_sdk.capture_message(f"order {number}")
sentry_sdk.flush(timeout=20)
"""
GONE = """
import sentry_sdk, time, pathlib
sentry_sdk.init()
for number in range(3):
    sentry_sdk.capture_message(f"order {number}")
WAIT
print("gave up", flush=True)
while not pathlib.Path("back").exists():
    time.sleep(0.05)
sentry_sdk.capture_message("the server is back")
sentry_sdk.flush(timeout=20)
"""
# Until the three were tried: with or without `flush`, which sends the client report, too.
WAITS = {
    "": "while sentry_sdk.get_client().transport._worker._queue.unfinished_tasks: time.sleep(0.05)",
    ", and a `flush()` meanwhile": "sentry_sdk.flush(timeout=20)",
}


def test_each_way_of_losing_an_event_is_counted_under_its_name(shop, ingest, captured):
    shop.run("python", "-c", QUIET)
    found = lost(ingest)
    assert found[("before_send", "error")] == found[("sample_rate", "error")] == 10
    rows = [
        ("`sample_rate`", Label("`sample_rate=0.0`, 10 errors"), Cell(found[("sample_rate", "error")])),
        ("`before_send`", Label("`before_send` returned `None`, 10 times"), Cell(found[("before_send", "error")])),
    ]

    ingest.delay = 0.2
    shop.run("python", "-c", OVERFLOW)
    dropped, arrived = lost(ingest)[("queue_overflow", "error")], len(ingest.payloads("event"))
    assert dropped + arrived == 30
    assert dropped >= 5
    how = Label("30 errors at once, a slow server, room for 5")
    rows.append(("`queue_overflow`", how, Cell(f"counted: {dropped}")))
    ingest.delay = 0.0

    for how, waits in WAITS.items():
        ingest.close()
        ingest.envelopes = []
        Path(shop.path, "back").unlink(missing_ok=True)
        program = shop.start("python", "-c", GONE.replace("WAIT", waits))
        program.wait_for("gave up")
        ingest.start()
        Path(shop.path, "back").touch()
        wait_until(lambda program=program: program.returncode is not None, 30, "the program to end")
        assert messages(ingest) == ["the server is back"], "the three before are not sent again"
        counted = lost(ingest).get(("network_error", "error"), 0)
        rows.append(("`network_error`", Label(f"3 errors while the server was gone{how}"), Cell(counted)))

    ingest.envelopes = []
    ingest.reply_headers = {"X-Sentry-Rate-Limits": "60:error:organization"}
    shop.run("python", "limited.py", timeout=60)
    limited = Cell(lost(ingest)[("ratelimit_backoff", "error")])
    rows.append(("`ratelimit_backoff`", Label("3 errors, a limit after the first"), limited))
    captured(f"{PAGE}/reasons.table", table(("Reason in the client report", "How it was caused", "Lost"), *rows))


def test_estimate_is_arithmetic(run_script):
    run_script(f"{PAGE}/estimate.py")


def test_defaults():
    assert DEFAULT_OPTIONS["sample_rate"] == 1.0
    assert DEFAULT_OPTIONS["traces_sample_rate"] is None
    assert DEFAULT_OPTIONS["enable_backpressure_handling"] is True
    assert DEFAULT_OPTIONS["transport_queue_size"] == 100
