"""What docs/sentry/tracing.md promises."""

import json
import signal
from typing import Any

import amqp
import pytest
from sentry_sdk.consts import DEFAULT_OPTIONS

from harness.lab.servers.spotlight import Spotlight

PAGE = "sentry/tracing"
pytestmark = pytest.mark.timeout(240)  # whole systems: such files begin first
READY = "Uvicorn running on"
WORKER = ("celery", "-A", "tasks", "worker", "--concurrency=2", "--loglevel=INFO", "--without-mingle")
SOLO = ("worker", "--pool=solo", "--loglevel=INFO", "--without-mingle")


def dump(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def context(transaction: dict[str, Any]) -> dict[str, Any]:
    """The span that a transaction is, as the SDK writes it."""
    return transaction["contexts"]["trace"]


def named(transactions: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """Those of this name in the order in which they began; they may arrive in another."""
    found = [transaction for transaction in transactions if transaction["transaction"] == name]
    return sorted(found, key=lambda transaction: transaction["start_timestamp"])


def spans(transaction: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """All spans of a transaction, itself included, by id."""
    return {span["span_id"]: span for span in [context(transaction), *transaction["spans"]]}


def seconds(text: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(text).timestamp()


def waterfall(transactions: list[dict[str, Any]]) -> str:
    """The spans of one trace as a table: who called whom, where, when and for how long."""
    rows: dict[str | None, list[tuple[float, float, str, str, str]]] = {}
    for one in transactions:
        where = "worker" if context(one)["op"] == "queue.task.celery" else "web"
        whole = {**context(one), "description": one["transaction"]}
        whole |= {key: one[key] for key in ("start_timestamp", "timestamp")}
        for span in [whole, *one["spans"]]:
            begin, end = seconds(span["start_timestamp"]), seconds(span["timestamp"])
            line = f"`{span['op']}` {span['description']}"
            rows.setdefault(span["parent_span_id"], []).append((begin, end - begin, line, where, span["span_id"]))
    start = min(row[0] for row in rows[None])
    lines = ["Span | Process | After | Takes"]

    def add(parent: str | None, depth: int) -> None:
        for begin, took, line, where, own in sorted(rows.get(parent, [])):
            cells = ("·" * depth + " " + line).strip(), where, f"{(begin - start) * 1e3:.1f} ms", f"{took * 1e3:.1f} ms"
            lines.append(" | ".join(cells))
            add(own, depth + 1)

    add(None, 0)
    assert len(lines) == 1 + sum(map(len, rows.values())), "every span hangs on another one"
    return "\n".join(lines) + "\n"


def sent_with_message(name: str) -> dict[str, Any]:
    """The headers of the first message in a queue; the message stays there."""
    with amqp.Connection("localhost:5672") as connection:
        message = connection.channel().basic_get(name)
        assert message is not None
        return message.headers  # closed without an acknowledgement


def test_one_trace_spans_web_broker_worker_and_redis(terminal, shop, rabbitmq, redis_server, ingest, captured):
    redis_server.client().set("stock:tea", 3)
    web = shop.start("uvicorn", "web:app")
    web.wait_for(READY)
    shop.run("python", "order.py", "/orders/tea")
    headers = sent_with_message("celery")
    baggage = dict(entry.split("=") for entry in headers["baggage"].split(","))
    assert 0 <= float(baggage.pop("sentry-sample_rand")) < 1
    captured(f"{PAGE}/message.json", dump({"sentry-trace": headers["sentry-trace"], "baggage": baggage}))
    web.stop(signal.SIGINT)
    (order,) = ingest.wait_for("transaction")
    assert headers["sentry-trace"].split("-")[0] == context(order)["trace_id"]
    assert headers["sentry-trace"].split("-")[2] == "1", "the decision to keep the trace"

    worker = terminal(f"{PAGE}/worker.console", keeps_running=True)
    web = terminal(f"{PAGE}/web.console", keeps_running=True)
    web.wait_for(READY)
    ingest.wait_for("transaction", 2)  # the first order
    terminal(f"{PAGE}/order.console")
    transactions = ingest.wait_for("transaction", 4)
    assert redis_server.client().get("stock:tea") == "1"

    web_one = named(transactions, "/orders/{item}")[1]
    task = named(transactions, "tasks.reserve")[1]
    assert context(web_one)["trace_id"] == context(task)["trace_id"] != context(order)["trace_id"]
    parent = spans(web_one)[context(task)["parent_span_id"]]
    assert parent["op"] == "queue.submit.celery", "the worker's transaction hangs on the span that sent the message"
    assert "queue.publish" in [span["op"] for span in web_one["spans"]]
    (redis_span,) = [span for span in task["spans"] if span["op"] == "db.redis"]
    assert redis_span["description"] == "DECRBY 'stock:tea' [Filtered]"
    (process,) = [span for span in task["spans"] if span["op"] == "queue.process"]
    assert process["data"]["messaging.message.receive.latency"] > 0, "milliseconds in the queue"
    assert process["data"]["messaging.destination.name"] == "celery"
    captured(f"{PAGE}/waterfall.table", waterfall([web_one, task]))

    # Each attempt of a task is a transaction of its own.
    shop.run("python", "order.py", "/labels/1001")
    transactions = ingest.wait_for("transaction", 8)
    (label,) = named(transactions, "/labels/{number}")
    attempts = named(transactions, "tasks.print_label")
    assert len({context(one)["trace_id"] for one in [label, *attempts]}) == 1
    rows = ["Transaction | Status | Hangs on a span of"]
    earlier = {"the web request": spans(label)}
    for number, one in enumerate(attempts, 1):
        (owner,) = [name for name, known in earlier.items() if context(one)["parent_span_id"] in known]
        rows.append(f"`tasks.print_label`, attempt {number} | {context(one)['status']} | {owner}")
        earlier[f"attempt {number}"] = spans(one)
    captured(f"{PAGE}/attempts.table", "\n".join(rows) + "\n")

    # A job that shall start a trace of its own.
    shop.run("python", "nightly.py")
    shop.run("python", "nightly_off.py")
    transactions = ingest.wait_for("transaction", 15)
    starts = {context(one)["trace_id"] for one in transactions if context(one)["op"] == "cron"}
    assert len(starts) == 3
    joined = [context(one)["trace_id"] in starts for one in named(transactions, "tasks.reserve")[2:]]
    assert len(joined) == 4
    assert joined[2] == joined[3]
    ways = ("`apply_async` with the header", "`send_task` with the header", "`propagate_traces=False`")
    rows = ["The job is sent by | Its trace"]
    for way, same in zip(ways, joined[:3], strict=True):
        rows.append(f"{way} | {'still that of the sender' if same else 'its own'}")
    captured(f"{PAGE}/propagate.table", "\n".join(rows) + "\n")

    # An error belongs to the trace in which it happened.
    redis_server.client().set("stock:names", "Amina")
    shop.run("python", "order.py", "/orders/names")
    (event,) = ingest.wait_for("event")
    failed = named(ingest.wait_for("transaction", 17), "tasks.reserve")[6]
    assert context(failed)["status"] == "internal_error"
    assert event["contexts"]["trace"]["trace_id"] == context(failed)["trace_id"]

    web.stop()
    worker.stop()


def test_worker_without_init_ends_the_trace_and_hides_its_errors(shop, rabbitmq, redis_server, ingest):
    redis_server.client().set("stock:names", "Amina")
    worker = shop.start("celery", "-A", "jobs", *SOLO)
    web = shop.start("uvicorn", "web_only:app")
    web.wait_for(READY)
    worker.wait_for("ready")
    shop.run("python", "order.py", "/orders/names")
    said = worker.wait_for("raised unexpected: .*ResponseError")
    assert "value is not an integer or out of range" in said
    assert worker.stop() == 0
    web.stop(signal.SIGINT)
    (order,) = ingest.wait_for("transaction")
    assert order["transaction"] == "/orders/{item}"
    assert "queue.submit.celery" in [span["op"] for span in order["spans"]]
    kinds = {item.type for item in ingest.items()}
    assert "event" not in kinds, "nobody hears of the error"
    assert len(ingest.payloads("transaction")) == 1


def test_headers_go_to_every_host_until_the_hosts_are_listed(terminal, shop, ingest):
    prices = shop.start("uvicorn", "prices:app", "--port=8001")
    prices.wait_for(READY)
    shop.run("python", "-c", "import urllib.request as u; u.urlopen('http://localhost:8001/price').read()")
    terminal(f"{PAGE}/tell_everyone.console")
    first = ingest.wait_for("transaction", 3)
    terminal(f"{PAGE}/tell_ours.console")
    second = ingest.wait_for("transaction", 5)[3:]
    prices.stop(signal.SIGINT)
    assert len(ingest.payloads("transaction")) == 5, "the visit without headers made none"
    for transactions, continued in ((first, 2), (second, 1)):
        (caller,) = named(transactions, "compare prices")
        answers = named(transactions, "/price")
        assert len(answers) == continued
        for answer in answers:
            assert context(answer)["trace_id"] == context(caller)["trace_id"]
            assert spans(caller)[context(answer)["parent_span_id"]]["op"] == "http.client"
            assert answer["release"] == "prices@2.0.1"
    assert len([s for s in named(second, "compare prices")[0]["spans"] if s["op"] == "http.client"]) == 2
    assert DEFAULT_OPTIONS["trace_propagation_targets"] == [".*"]


def test_stranger_decides_what_is_sampled_unless_continuation_is_strict(shop, ingest):
    prices = shop.start("uvicorn", "prices:app", "--port=8001")
    prices.wait_for(READY)
    shop.run("python", "stranger.py")
    prices.stop(signal.SIGINT)
    sent = ingest.wait_for("transaction", 20)
    assert {context(one)["trace_id"] for one in sent} == {"771a43a4192642f0b136d5159a501700"}

    strict = shop.start("uvicorn", "prices_strict:app", "--port=8001")
    strict.wait_for(READY)
    shop.run("python", "stranger.py")
    ours = "'sentry-trace': '8' * 32 + '-' + '7' * 16 + '-1', 'baggage': 'sentry-org_id=4711'"
    call = f"u.urlopen(u.Request('http://localhost:8001/price', headers={{{ours}}})).read()"
    shop.run("python", "-c", f"import urllib.request as u; {call}")
    strict.stop(signal.SIGINT)
    (last,) = ingest.wait_for("transaction", 21)[20:]
    assert context(last)["trace_id"] == "8" * 32, "what our own organisation began is continued"
    assert DEFAULT_OPTIONS["strict_trace_continuation"] is False


@pytest.mark.parametrize(("program", "traces"), [("invoices_lost.py", 2), ("invoices.py", 1)])
def test_trace_needs_its_headers_on_a_transport_of_ones_own(shop, redis_server, ingest, program, traces):
    shop.run("python", program, "send")
    assert shop.run("python", program, "work") == "invoice for order 1001\n"
    transactions = ingest.wait_for("transaction", 2)
    (send,), (work,) = named(transactions, "POST /invoices"), named(transactions, "invoice")
    assert len({context(send)["trace_id"], context(work)["trace_id"]}) == traces
    if traces == 1:
        assert spans(send)[context(work)["parent_span_id"]]["op"] == "queue.publish"
    else:
        assert context(work)["parent_span_id"] is None


def test_trace_is_seen_in_spotlight_with_more_in_it_than_a_server_gets(
    terminal, shop, redis_server, spotlight: Spotlight, captured
):
    del shop.env["SENTRY_DSN"]
    terminal(f"{PAGE}/spotlight.console")
    transactions = spotlight.wait_for("transaction", 2)
    (send,), (work,) = named(transactions, "POST /invoices"), named(transactions, "invoice")
    assert context(send)["trace_id"] == context(work)["trace_id"]
    rows = ["Transaction | Its spans"]
    for one in (send, work):
        rows.append(f"{one['transaction']} | {', '.join(span['op'] for span in one['spans']) or '–'}")
    captured(f"{PAGE}/spotlight.table", "\n".join(rows) + "\n")
    said = shop.run("python", "-c", OPTIONS, env={"SENTRY_SPOTLIGHT": spotlight.url})
    assert said.splitlines()[-1] == "True 1.0", "personal data on, every trace kept, whatever init was given"


OPTIONS = """
import sentry_sdk
sentry_sdk.init(send_default_pii=False, traces_sample_rate=0.0)
options = sentry_sdk.get_client().options
print(options["send_default_pii"], options["traces_sampler"]({}))
"""


def test_streamed_spans_are_items_of_their_own(shop, ingest, captured):
    shop.run("python", "streamed.py")
    ingest.wait_for("span")
    assert ingest.payloads("transaction") == []
    (item,) = ingest.payloads("span")
    parts = []
    for span in item["items"]:
        ours = {key: value for key, value in span["attributes"].items() if key.startswith("shop.")}
        parts.append({key: span.get(key) for key in ("name", "trace_id", "span_id", "parent_span_id", "is_segment")})
        parts[-1]["attributes"] = ours
    assert parts[0]["parent_span_id"] == parts[1]["span_id"]
    assert parts[1]["is_segment"]
    captured(f"{PAGE}/streamed.json", dump(parts))
