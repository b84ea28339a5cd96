"""What docs/sentry/cheat-sheet.md promises: each call was received, each table was made by a run."""

import json
import signal
from typing import Any

import sentry_sdk
from sentry_sdk.consts import DEFAULT_OPTIONS

PAGE = "sentry/cheat_sheet"

OPTIONS = {
    "dsn": "always, from the environment",
    "release": "always: since when does it happen?",
    "environment": "always",
    "sample_rate": "nearly never: it throws away errors by chance",
    "traces_sample_rate": "small: `0.05`. Nothing is traced without it",
    "traces_sampler": "per request: drop health checks",
    "before_send": "drop or change events",
    "ignore_errors": "exceptions that are no errors",
    "include_local_variables": "`False` where secrets are handled",
    "max_request_body_size": '`"never"` where bodies are private',
    "send_default_pii": "deprecated, see `data_collection`",
    "data_collection": "only after reading *Privacy*: `{}` switches most of it on",
    "event_scrubber": "a longer list of names, recursive",
    "max_breadcrumbs": "smaller, if events grow too large",
    "attach_stacktrace": "`True`: messages get a stack trace, too",
    "in_app_include": "packages of your own that live elsewhere",
    "integrations": "to change the options of one",
    "disabled_integrations": "to switch one off",
    "shutdown_timeout": "longer for short scripts",
    "transport_queue_size": "how many envelopes may wait",
    "enable_backpressure_handling": "leave it",
    "propagate_traces": "deprecated, see `trace_propagation_targets`",
    "trace_propagation_targets": "only your own hosts",
    "before_send_log": "drop or change logs",
    "debug": "`True` while nothing arrives",
    "spotlight": "`True` on your machine only",
}


def shown(value: Any) -> str:
    return f"`{json.dumps(value)}`" if isinstance(value, str) else f"`{value!r}`"


def payloads(ingest, kind: str, count: int = 1) -> list[dict[str, Any]]:
    found = ingest.wait_for(kind, count)
    assert len(found) == count
    return found


def test_defaults_are_those_of_the_installed_sdk(captured):
    assert set(OPTIONS) <= set(DEFAULT_OPTIONS)
    rows = [f"`{name}` | {shown(DEFAULT_OPTIONS[name])} | {use}" for name, use in OPTIONS.items()]
    captured(f"{PAGE}/options.table", "\n".join(["Option | Default | Set it", *rows]))


READ = """
import json, sentry_sdk
sentry_sdk.init()
options = sentry_sdk.get_client().options
print("\\n" + json.dumps([options[name] for name in ("dsn", "environment", "release", "debug", "traces_sample_rate")]))
"""


def test_environment_is_read_as_the_table_says(shop, ingest, captured):
    given = {
        "SENTRY_DSN": "http://key@localhost:9000/1",
        "SENTRY_ENVIRONMENT": "staging",
        "SENTRY_RELEASE": "shop@2.0.0",
        "SENTRY_DEBUG": "1",
        "SENTRY_TRACES_SAMPLE_RATE": "0.5",
    }
    without, found = (
        json.loads(next(line for line in said.splitlines() if line.startswith("[")))
        for said in (
            shop.run("env", "-u", "SENTRY_DSN", "python", "-c", READ),
            shop.run("python", "-c", READ, env=given),
        )
    )
    assert without == [None, "production", None, False, None]
    rows = ["Variable | Set to | The SDK has | Without it"]
    rows += [
        f"`{name}` | `{value}` | {shown(have)} | {shown(before)}"
        for (name, value), have, before in zip(given.items(), found, without, strict=True)
    ]
    captured(f"{PAGE}/environment.table", "\n".join(rows))
    assert found[-1] is None, "not a variable of the Python SDK"


def test_init_for_production_drops_health_checks_and_variables(shop, ingest):
    script = (
        "import init\nfrom fastapi import FastAPI\nfrom fastapi.testclient import TestClient\napp = FastAPI()\n"
        "@app.get('/health')\ndef health(): pass\n"
        "@app.get('/orders')\ndef orders(): pass\n"
        "@app.get('/fail')\ndef fail():\n    card = 'card-' + 'secret'\n    return 1 / 0\n"
        "with TestClient(app, raise_server_exceptions=False) as client:\n"
        "    for path in ['/health'] * 60 + ['/orders'] * 400 + ['/fail']: client.get(path)\n"
        "    for decision in '01':\n"
        "        trace = {'sentry-trace': f'{decision * 32}-{\"a\" * 16}-{decision}'}\n"
        "        for _ in range(30): client.get('/health', headers=trace)\n"
    )
    shop.run("python", "-c", script, timeout=90)
    (event,) = payloads(ingest, "event")
    assert "card-secret" not in json.dumps(event)
    transactions = ingest.payloads("transaction")
    continued = [item for item in transactions if item["contexts"]["trace"]["trace_id"] == "1" * 32]
    assert len(continued) == 30, "what a caller traces is traced, and what it does not is not"
    traced = [item["request"]["url"] for item in transactions if item not in continued]
    assert not [url for url in traced if "health" in url]
    assert 2 < len(traced) < 60, "about 20 of 400"


def test_error_and_message_are_issues_and_a_log_is_none(shop, ingest):
    shop.run("python", "report.py")
    error, message = payloads(ingest, "event", 2)
    assert error["exception"]["values"][0]["type"] == "KeyError"
    assert (message["message"], message["level"]) == ("stock is low", "warning")
    (log,) = payloads(ingest, "log")
    assert log["items"][0]["body"] == "stock of tea is low"


def test_scope_ends_with_its_block(shop, ingest):
    shop.run("python", "enrich.py")
    first, second = payloads(ingest, "event", 2)
    assert first["tags"] == {"shop": "lahore", "payment": "card"}
    assert first["fingerprint"] == ["payment-provider-down"]
    assert second["tags"] == {"shop": "lahore"}
    assert second["user"] == {"id": "17"}
    assert second["contexts"]["order"] == {"number": 1001, "items": 2}


def test_transaction_has_its_spans(run_script, ingest, monkeypatch):
    monkeypatch.setenv("SENTRY_DSN", "http://key@localhost:9000/1")
    run_script(f"{PAGE}/trace.py")
    (transaction,) = payloads(ingest, "transaction")
    assert [span["op"] for span in transaction["spans"]] == ["report", "function"]
    sentry_sdk.get_global_scope().set_client(None)  # the script ran in this process


def test_numbers_and_check_ins_arrive(shop, ingest):
    shop.run("python", "metrics.py")
    (metrics,) = payloads(ingest, "trace_metric")
    assert [(item["name"], item["value"]) for item in metrics["items"]] == [("orders", 1), ("basket", 23.5)]
    started, ended = payloads(ingest, "check_in", 2)
    assert (started["status"], ended["status"]) == ("in_progress", "ok")


def test_before_send_drops_and_changes(shop, ingest):
    shop.run("python", "drop.py")
    (event,) = payloads(ingest, "event")
    assert event["exception"]["values"][0]["value"] == "kept"
    assert "server_name" not in event


def test_own_reports_are_tested_without_a_server(terminal, shop):
    terminal(f"{PAGE}/test_reports.console")


# The network takes two seconds to connect, so that nothing arrives by luck.
START = """
import os, signal, sys, time, urllib3.util.connection as network, sentry_sdk
connect = network.create_connection
network.create_connection = lambda *a, **k: (time.sleep(2), connect(*a, **k))[1]
sentry_sdk.init(shutdown_timeout=20)
sentry_sdk.capture_message(sys.argv[1])
"""
ENDS = {
    "the script comes to its end": ("", 0),
    "`sys.exit(1)`": ("sys.exit(1)", 1),
    "an exception that nobody caught": ("raise ValueError('no')", 1),
    "`os._exit(0)`": ("os._exit(0)", 0),
    "`sentry_sdk.flush()`, then `os._exit(0)`": ("sentry_sdk.flush(20); os._exit(0)", 0),
    "SIGTERM without a handler": ("os.kill(os.getpid(), signal.SIGTERM)", -signal.SIGTERM),
    "SIGTERM, and the handler calls `sys.exit`": (
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); os.kill(os.getpid(), signal.SIGTERM)",
        0,
    ),
    "SIGKILL, or out of memory": ("os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
}


def test_what_arrives_depends_on_how_the_program_ends(shop, ingest, captured):
    running = {name: shop.start("python", "-c", START + code, name) for name, (code, _) in ENDS.items()}
    for name, process in running.items():
        assert process.wait(60) == ENDS[name][1], name
    arrived = {event["message"] for event in ingest.payloads("event") if "message" in event}
    rows = ["The program ends with | What was reported just before"]
    rows += [f"{name} | {'arrives' if name in arrived else 'is lost'}" for name in ENDS]
    captured(f"{PAGE}/ends.table", "\n".join(rows))
