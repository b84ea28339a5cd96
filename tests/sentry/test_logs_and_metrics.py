"""What docs/sentry/logs-and-metrics.md promises."""

import json
import signal
from typing import Any

from sentry_sdk._log_batcher import LogBatcher
from sentry_sdk._metrics_batcher import MetricsBatcher
from sentry_sdk.consts import DEFAULT_OPTIONS

PAGE = "sentry/logs_and_metrics"
SECRETS = ("4111-1111-1111-1111", "token-9f8e7d")


def dump(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def entries(ingest, kind: str) -> list[dict[str, Any]]:
    """The single logs or metrics of all batches, in the order of arrival."""
    return [entry for batch in ingest.payloads(kind) for entry in batch["items"]]


def ours(entry: dict[str, Any], *prefixes: str) -> dict[str, Any]:
    """The attributes that the program gave, without those that the SDK adds."""
    found = {key: value["value"] for key, value in entry["attributes"].items()}
    added = ("sentry.", "process.", "server.", "code.", "thread.")
    return {key: value for key, value in found.items() if key.startswith(prefixes) or not key.startswith(added)}


def dropped(ingest) -> dict[tuple[str, str], int]:
    found = [entry for report in ingest.payloads("client_report") for entry in report["discarded_events"]]
    return {(entry["reason"], entry["category"]): entry["quantity"] for entry in found}


def test_log_is_data_and_knows_its_trace(shop, ingest, captured):
    shop.run("python", "shop_log.py")
    first, second = entries(ingest, "log")
    (transaction,) = ingest.payloads("transaction")
    shown = [
        {key: entry[key] for key in ("level", "body", "trace_id", "span_id")}
        | {"attributes": ours(entry, "sentry.message", "sentry.release")}
        for entry in (first, second)
    ]
    captured(f"{PAGE}/log.json", dump(shown))
    for entry in (first, second):
        assert entry["trace_id"] == transaction["contexts"]["trace"]["trace_id"]
        assert entry["span_id"] == transaction["contexts"]["trace"]["span_id"]
    assert ingest.payloads("event") == [], "a log is no issue"


SETTINGS = {
    "nothing": "",
    "enable_logs=True": "enable_logs=True",
    "enable_logs=False": "enable_logs=False",
    "capture_sentry_logs=True": "integrations=[L(capture_sentry_logs=True)]",
    "capture_sentry_logs=True, sentry_logs_level=ERROR": (
        "integrations=[L(capture_sentry_logs=True, sentry_logs_level=40)]"
    ),
}
MATRIX = """
import logging, sentry_sdk
from sentry_sdk.integrations.logging import LoggingIntegration as L
logging.basicConfig(level=logging.INFO)
sentry_sdk.init({})
sentry_sdk.logger.info("own")
logging.getLogger("shop").info("info")
logging.getLogger("shop").error("error")
"""


def test_only_one_switch_sends_the_records_of_logging(shop, ingest, captured):
    rows = ["Given | `sentry_sdk.logger` | `logging` INFO | `logging` ERROR"]
    for name, options in SETTINGS.items():
        ingest.envelopes = []
        shop.run("python", "-c", MATRIX.format(options))
        bodies = [entry["body"] for entry in entries(ingest, "log")]
        issues = len(ingest.payloads("event"))
        assert issues == 1, "logging's errors are issues whatever is said about logs"
        cells = ["log" if word in bodies else "–" for word in ("own", "info", "error")]
        cells[2] = "issue and log" if cells[2] == "log" else "issue"
        what = name if name == "nothing" else ", ".join(f"`{part}`" for part in name.split(", "))
        rows.append(" | ".join([what, *cells]))
    captured(f"{PAGE}/switches.table", "\n".join(rows) + "\n")
    assert DEFAULT_OPTIONS["enable_logs"] is False, "and still the SDK's own logger sends"
    assert DEFAULT_OPTIONS["enable_metrics"] is True


def test_records_of_logging_become_logs(terminal, shop, ingest):
    terminal(f"{PAGE}/standard.console")
    info, error = entries(ingest, "log")
    assert (info["body"], info["attributes"]["logger.name"]["value"]) == ("order 1001 was paid", "shop")
    assert info["attributes"]["sentry.message.template"]["value"] == "order %s was paid"
    assert (error["level"], error["attributes"]["order"]["value"]) == ("error", 1002)
    assert len(ingest.payloads("event")) == 1


def test_secrets_in_logs_leave_unless_a_hook_removes_them(shop, ingest, captured):
    shop.run("python", "leak.py")
    leaked = entries(ingest, "log")
    for secret in SECRETS:
        assert secret in dump(leaked)
    shape = [{"body": entry["body"], "attributes": ours(entry, "sentry.message")} for entry in leaked]
    captured(f"{PAGE}/leaked.json", dump(shape))

    ingest.envelopes = []
    shop.run("python", "safe.py")
    kept = entries(ingest, "log")
    for secret in SECRETS:
        assert secret not in dump(kept)
    shape = [{"body": entry["body"], "attributes": ours(entry, "sentry.message")} for entry in kept]
    captured(f"{PAGE}/kept.json", dump(shape))
    assert dropped(ingest)[("before_send", "log_item")] == 1, "the debug line, and it is counted"


def test_ignored_logger_still_sends_logs_until_it_is_ignored_for_logs_as_well(shop, ingest):
    shop.run("python", "access_log.py")
    (entry,) = entries(ingest, "log")
    assert entry["body"] == "203.0.113.77 - GET /orders"
    assert ingest.payloads("event") == []


def test_metrics_of_three_kinds_arrive(shop, ingest, captured):
    shop.run("python", "metrics.py")
    shown = [
        {key: entry.get(key) for key in ("name", "type", "value", "unit")} | {"attributes": ours(entry)}
        for entry in entries(ingest, "trace_metric")
    ]
    captured(f"{PAGE}/metrics.json", dump(shown))
    assert all(entry["trace_id"] for entry in entries(ingest, "trace_metric"))


def test_metrics_are_not_added_up_and_a_hook_can_drop_them(shop, ingest, captured):
    shop.run("python", "one_by_one.py")
    names = [entry["name"] for entry in entries(ingest, "trace_metric")]
    assert "library.calls" not in names
    assert dropped(ingest)[("before_send", "trace_metric")] == 1
    values = {
        name: sum(e["value"] for e in entries(ingest, "trace_metric") if e["name"] == name) for name in set(names)
    }
    rows = ["Metric | Sum | Items sent"]
    for name in ("shop.rows.one_by_one", "shop.rows.at_once"):
        rows.append(f"`{name}` | {values[name]:.0f} | {names.count(name)}")
    captured(f"{PAGE}/items.table", "\n".join(rows) + "\n")


def test_killed_process_takes_its_buffered_logs_with_it(shop, ingest, captured):
    rows = ["Program | How it ended | Logs that arrived, of 50"]

    def arrived() -> int:
        return len(entries(ingest, "log"))

    def ended(program: str, number: signal.Signals, *options: str) -> int:
        ingest.envelopes = []
        process = shop.start("python", program, "60", *options)
        process.wait_for("50 orders are paid")
        if number == signal.SIGKILL:
            process.kill()
        else:
            assert process.stop(number) in (-number, 0)
        return arrived()

    shop.run("python", "worker.py", "0", "--flush")
    assert arrived() == 50
    ingest.envelopes = []
    shop.run("python", "worker.py", "0")
    rows.append(f"`worker.py` | by itself | {arrived()}")
    rows.append(f"`worker.py` | `kill -9` | {ended('worker.py', signal.SIGKILL)}")
    rows.append(f"`worker.py` | `kill` (SIGTERM) | {ended('worker.py', signal.SIGTERM)}")
    flushed = ended("worker.py", signal.SIGKILL, "--flush")
    rows.append(f"`worker.py --flush` | `kill -9` | {flushed}")
    rows.append(f"`graceful.py` | `kill` (SIGTERM) | {ended('graceful.py', signal.SIGTERM)}")
    captured(f"{PAGE}/killed.table", "\n".join(rows) + "\n")
    shop.run("python", "graceful.py", "0")


def test_batches_have_these_limits():
    for batcher in (LogBatcher, MetricsBatcher):
        assert batcher.FLUSH_WAIT_TIME == 5.0
        assert batcher.MAX_BEFORE_DROP >= 1000
    assert LogBatcher.MAX_BEFORE_FLUSH == 100
    assert LogBatcher.MAX_BEFORE_DROP == 1000


def test_full_buffer_drops_and_counts(shop, ingest):
    # The thread that sends is made to wait longer than this program takes.
    program = """
import sentry_sdk
from sentry_sdk._log_batcher import LogBatcher
LogBatcher.FLUSH_WAIT_TIME, LogBatcher.MAX_BEFORE_FLUSH = 60.0, 10_000
sentry_sdk.init()
for number in range(1200):
    sentry_sdk.logger.info("order")
"""
    shop.run("python", "-c", program)
    assert len(entries(ingest, "log")) == 1000
    assert dropped(ingest)[("queue_overflow", "log_item")] == 200
