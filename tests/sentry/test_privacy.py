"""What docs/sentry/privacy.md promises."""

import http.client
import json
import re

from sentry_sdk.consts import DEFAULT_OPTIONS
from sentry_sdk.scrubber import DEFAULT_DENYLIST

PAGE = "sentry/privacy"
READY = "Uvicorn running on"
VISITOR = "127.0.0.77"  # every address of 127.0.0.0/8 is this machine: one to recognise
RUN_LEAKS = ("python", "leaks.py", "--key=canary-command-line-4111")


def table(text: str) -> dict[str, dict[str, str]]:
    """Secret -> setting -> where it was sent."""
    head, *rows = [[cell.strip() for cell in line.split(" | ")] for line in text.splitlines() if " | " in line]
    return {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in rows}


def test_leak_table_is_what_the_program_prints_and_the_private_configuration_leaks_nothing(shop, captured):
    printed = shop.run(*RUN_LEAKS, timeout=90)
    text = "\n".join(line for line in printed.splitlines() if " | " in line)
    found = table(text)
    assert len(found) == 25, "secrets"
    assert {row["private"] for row in found.values()} == {"–"}, "not one secret in any envelope"

    default = {secret: row["default"] for secret, row in found.items()}
    assert [secret for secret, where in default.items() if where == "–"] == ["password"], "all others leave"
    assert set("".join(default.values())) - {"–"} == {"E", "T", "L"}, "in errors, transactions and logs"
    assert found["password"]["`{}`"] == "E", "the scrubber is off"
    assert found["visitors address"]["default"] == "E", "with the local variables of the server"
    assert found["visitors address"]["no locals"] == "–"
    assert found["celery argument"]["no locals"] == "L", "as an attribute of the log item"
    scrubber = found["nested token"], found["message"], found["sql"]
    assert [row["scrubber"] for row in scrubber] == ["–", "E", "ET"]
    captured(f"{PAGE}/leaks.table", text)


def test_a_secret_that_the_scrubber_does_filter_is_the_one_named_on_the_page():
    assert "password" in DEFAULT_DENYLIST
    assert "card_number" not in DEFAULT_DENYLIST
    assert DEFAULT_OPTIONS["include_local_variables"] is True
    assert DEFAULT_OPTIONS["max_request_body_size"] == "medium"


def test_no_secret_leaves_a_real_server_and_a_real_worker(shop, ingest, redis_server, captured):
    traced = {"TRACES": "1"}
    (shop.path / "stock").touch()  # what the other service answers
    shop.start("python", "-m", "http.server", "8100", "--bind", "127.0.0.1")
    worker = shop.start(
        "celery", "-A", "live", "worker", "--pool=solo", "--without-mingle", "--loglevel=INFO", env=traced
    )
    server = shop.start("uvicorn", "live:web", env=traced)
    server.wait_for(READY)
    worker.wait_for("ready")

    body = json.dumps({"password": "canary-body-4111", "payment": {"token": "canary-token-4111"}})
    headers = {
        "Content-Type": "application/json",
        "Authorization": "canary-authorization-4111",
        "X-Customer": "canary-header-4111",
        "Cookie": "sessionid=canary-cookie-4111",
    }
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=20, source_address=(VISITOR, 0))
    connection.request("POST", "/checkout/canary-path-4111?email=canary-query-4111", body, headers)
    assert connection.getresponse().status == 500
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=20, source_address=(VISITOR, 0))
    connection.request("GET", "/reset/canary-unknown-path-4111")
    assert connection.getresponse().status == 404
    shop.run("python", "-c", "from shop import charge; charge.delay('canary-celery-4111')")

    ingest.wait_for("event", 3)  # the logged error, the failed checkout, the failed job
    ingest.wait_for("transaction", 3)
    ingest.wait_for("log")
    server.stop(2)  # SIGINT: what is left is sent
    worker.stop()
    sent = json.dumps([[vars(item) for item in e.items] + [e.headers] for e in ingest.envelopes], default=str)
    assert re.findall(r"canary-[\w-]+|203\.0\.113\.77|" + re.escape(VISITOR), sent) == []
    assert {item.type for item in ingest.items()} >= {"event", "transaction", "log"}
    names = {transaction["transaction"] for transaction in ingest.payloads("transaction")}
    assert names >= {"/checkout/{voucher}", "shop.charge"}, "enough is left to find the place"

    (event,) = [
        event
        for event in ingest.payloads("event")
        if event.get("exception") and event["transaction"] == "/checkout/{voucher}"
    ]
    error = event["exception"]["values"][-1]
    shown = {
        "transaction": event["transaction"],
        "release": event["release"],
        "exception": {"type": error["type"], "value": error["value"]},
        "frame": {key: error["stacktrace"]["frames"][-1][key] for key in ("filename", "function", "lineno")},
        "user": event["user"],
        "request": event["request"],
        "breadcrumbs": [
            {key: crumb[key] for key in ("category", "message") if key in crumb}
            for crumb in event["breadcrumbs"]["values"]
        ],
    }
    captured(f"{PAGE}/kept.json", json.dumps(shown, indent=2))
    trace = next(t for t in ingest.payloads("transaction") if t["transaction"] == "/checkout/{voucher}")
    assert "SELECT " in [span.get("description") for span in trace["spans"]], "SQL up to the first quote"


def test_check_ins_logged_errors_and_messages_pass_the_private_configuration(shop, ingest):
    program = """
import logging, private_sentry, sentry_sdk
class OutOfStock(Exception): pass
private_sentry.init(traces_sample_rate=1.0)
with sentry_sdk.monitor("nightly"): pass
logging.error("card %s refused", "canary-4111")
sentry_sdk.capture_message("canary-4111")
sentry_sdk.metrics.count("canary-4111", 1)
sentry_sdk.capture_exception(OutOfStock("tea is sold out"))
with sentry_sdk.start_transaction(name="/reset/canary-4111", source="url"): pass
"""
    shop.run("python", "-c", program)
    statuses = [check_in["status"] for check_in in ingest.wait_for("check_in", 2)]
    assert statuses == ["in_progress", "ok"]
    logged, message, known = ingest.wait_for("event", 3)
    assert logged["message"] == "ERROR in <string>:6"
    assert message["message"] == "[Filtered]"
    assert known["exception"]["values"][0]["value"] == "tea is sold out"
    (transaction,) = ingest.wait_for("transaction")
    assert transaction["transaction"] == "[Filtered]"
    assert ingest.payloads("trace_metric") == []


def test_a_failing_breadcrumb_filter_drops_and_sql_is_cut(shop):
    """What the page's module promises about itself, statement by statement."""
    program = """
import private_sentry as p
print(p.safe_breadcrumb({"category": "x"}, None))
print(p.safe_sql("SELECT 4111 FROM orders WHERE card = '4111'"))
print(p.safe_sql('SELECT "4111"'))
"""
    printed = shop.run("python", "-c", program)
    assert printed.splitlines() == ["None", "SELECT ? FROM orders WHERE card = ", "SELECT "]


def test_an_empty_data_collection_switches_the_scrubber_off(shop, terminal):
    terminal(f"{PAGE}/data_collection.console")
    warned = shop.run(
        "python",
        "-c",
        "import sentry_sdk as s; from sentry_sdk.scrubber import EventScrubber as E;"
        "s.init(data_collection={}, event_scrubber=E())",
    )
    assert "Ignoring event_scrubber..." in warned


def test_before_send_that_raises_drops_and_before_breadcrumb_that_raises_leaks(shop, terminal):
    terminal(f"{PAGE}/careless.console")


def test_before_send_does_not_see_transactions(shop, terminal):
    terminal(f"{PAGE}/half.console")


def test_bodies_are_sent_by_size(shop, captured):
    captured(f"{PAGE}/bodies.table", shop.run("python", "bodies.py"))
    code = (shop.path / "bodies.py").read_text()
    (shop.path / "late.py").write_text(code.replace("sentry_sdk.init()  # before", "# not before"))
    assert "sent" not in shop.run("python", "late.py"), "init after the routes: no body is found"


def test_who_sends_prompts_depends_on_the_setting_and_a_span_of_your_own_always_does(shop, captured):
    said = shop.run("python", "prompts.py")
    captured(f"{PAGE}/prompts.table", said)
    rows = [line.split(" | ")[1:] for line in said.splitlines()[1:]]
    assert rows == [["no", "yes"], ["yes", "yes"], ["yes", "yes"], ["no", "yes"]]
