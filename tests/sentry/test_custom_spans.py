"""What docs/sentry/custom-spans.md promises."""

import json
from collections import Counter
from typing import Any

import pytest
from sentry_sdk.profiler.continuous_profiler import PROFILE_BUFFER_SECONDS

PAGE = "sentry/custom_spans"
pytestmark = pytest.mark.usefixtures("lean")


def dump(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def spans(ingest) -> list[dict[str, Any]]:
    """The spans of the only transaction."""
    (transaction,) = ingest.payloads("transaction")
    return transaction["spans"]


def test_block_and_function_become_spans_with_data(shop, ingest, captured):
    shop.run("python", "spans.py")
    (transaction,) = ingest.payloads("transaction")
    shown = [{"op": transaction["contexts"]["trace"]["op"], "transaction": transaction["transaction"]}]
    for span in spans(ingest):
        assert span["parent_span_id"] == transaction["contexts"]["trace"]["span_id"]
        data = {key: value for key, value in span["data"].items() if not key.startswith("thread.")}
        shown.append({"op": span["op"], "description": span["description"], "data": data})
    captured(f"{PAGE}/spans.json", dump(shown))


def test_span_outside_a_transaction_goes_nowhere(shop, ingest):
    shop.run("python", "nowhere.py")
    assert ingest.requests == 0


def test_listed_function_is_traced_unless_its_name_was_imported_before(shop, ingest):
    shop.run("python", "listed.py")
    assert [span["description"] for span in spans(ingest)] == ["pricing.discount"]


def test_one_query_for_each_order_shows_as_many_equal_spans(terminal, shop, ingest, lean, captured):
    lean("sqlalchemy")
    rows = ["Command | Query | Spans `db`"]
    for options in ("", " --together"):
        ingest.envelopes = []
        terminal(f"{PAGE}/report{options.strip(' -') and '_together'}.console")
        found = Counter(" ".join(span["description"].split()) for span in spans(ingest) if span["op"] == "db")
        for statement, count in found.items():
            columns, _, rest = statement.partition(" FROM ")
            rows.append(f"`python report.py{options}` | {columns.split()[0]} … FROM {rest.split()[0]} | {count}")
        expected = 21 if not options else 2
        assert sum(found.values()) == expected
    captured(f"{PAGE}/queries.table", "\n".join(rows) + "\n")


def test_transaction_holds_a_thousand_spans(shop, ingest, captured):
    rows = ["Program | Spans that arrived | Dropped, says the client report"]
    for program in ("many.py", "many_more.py", "batches.py"):
        ingest.envelopes = []
        shop.run("python", program)
        lost = [entry for report in ingest.payloads("client_report") for entry in report["discarded_events"]]
        said = ", ".join(f"{entry['quantity']} ({entry['reason']})" for entry in lost) or "–"
        rows.append(f"`{program}` | {len(spans(ingest))} | {said}")
    captured(f"{PAGE}/limits.table", "\n".join(rows) + "\n")


def test_profile_of_a_short_program_is_sent_only_when_the_profiler_is_stopped(shop, ingest, captured):
    shop.run("python", "profiled_trace.py")
    assert ingest.payloads("transaction")[0]["contexts"]["profile"]["profiler_id"], "a profile is promised"
    assert ingest.payloads("profile_chunk") == [], "and did not come"
    assert PROFILE_BUFFER_SECONDS == 60

    shop.run("python", "profiled.py")
    (chunk,) = ingest.payloads("profile_chunk")
    profile = chunk["profile"]
    hits: Counter[str] = Counter()
    for sample in profile["samples"]:
        names = {profile["frames"][frame]["function"] for frame in profile["stacks"][sample["stack_id"]]}
        hits.update(names & {"sum_of_squares", "sum_of_squares.<locals>.<genexpr>", "<module>"})
    rows = ["Function of yours | Samples it is in"]
    for name in ("<module>", "sum_of_squares", "sum_of_squares.<locals>.<genexpr>"):
        assert hits[name] > 0
        rows.append(f"`{name}` | counted: {hits[name]}")
    rows.append(f"all of the chunk, all threads | counted: {len(profile['samples'])}")
    captured(f"{PAGE}/profile.table", "\n".join(rows) + "\n")


def test_span_costs_most_when_it_is_kept(shop, ingest, captured):
    seconds = {how: min(float(shop.run("python", "overhead.py", how)) for _ in range(2)) for how in WAYS}
    assert seconds["none"] < seconds["kept"]
    rows = ["10 transactions of 1000 rows | Time"]
    rows += [f"{text} | {seconds[how] / seconds['none']:.1f} ×" for how, text in WAYS.items()]
    captured(f"{PAGE}/overhead.table", "\n".join(rows) + "\n")


WAYS = {
    "none": "without Sentry",
    "dropped": "a span for each row, `traces_sample_rate=0.0`",
    "kept": "a span for each row, `traces_sample_rate=1.0`",
}
