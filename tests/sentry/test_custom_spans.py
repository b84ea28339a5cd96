"""What docs/sentry/custom-spans.md promises."""

import json
from collections import Counter
from typing import Any

from sentry_sdk.profiler.continuous_profiler import DEFAULT_SAMPLING_FREQUENCY, PROFILE_BUFFER_SECONDS

PAGE = "sentry/custom_spans"


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


def test_percentiles_by_route_show_the_slow_endpoint(shop, ingest, captured):
    said = shop.run("python", "slow_endpoints.py", env={"PYTHONWARNINGS": "ignore"})
    rows = [line.split(" | ") for line in said.splitlines() if " | " in line]
    (orders, report) = rows[1:]
    assert (orders[:2], report[:2]) == (["/orders/{number}", "40"], ["/report", "2"])
    p50, p95 = (float(cell.removesuffix(" ms")) for cell in orders[2:4])
    assert p95 > 200 > 5 * p50, "the median hides the large orders"
    assert float(report[2].removesuffix(" ms")) > 300
    captured(f"{PAGE}/slow_endpoints.table", "\n".join(map(" | ".join, rows)) + "\n")
    assert len(ingest.wait_for("transaction", 42)) == 42


def test_data_is_filtered_by_the_names_of_its_keys(shop, ingest):
    program = """
import sentry_sdk
sentry_sdk.init(traces_sample_rate=1.0)
with sentry_sdk.start_transaction(name="pay"), sentry_sdk.start_span(op="pay", name="of Amina") as span:
    span.set_data("password", "canary-1")
    span.set_data("card_number", "canary-2")
"""
    shop.run("python", "-c", program)
    (span,) = spans(ingest)
    assert span["data"]["password"] == "[Filtered]"
    assert span["data"]["card_number"] == "canary-2"
    assert span["description"] == "of Amina"


def test_span_outside_a_transaction_goes_nowhere(shop, ingest):
    shop.run("python", "nowhere.py")
    assert ingest.requests == 0


def test_listed_function_is_traced_unless_its_name_was_imported_before(shop, ingest):
    shop.run("python", "listed.py")
    assert [span["description"] for span in spans(ingest)] == ["pricing.discount"]
    unknown = "import sentry_sdk; sentry_sdk.init(functions_to_trace=[{'qualified_name': 'pricing.refund'}])"
    assert shop.run("python", "-c", unknown) == "", "a wrong name is passed over in silence"


def test_one_query_for_each_order_shows_as_many_equal_spans(terminal, shop, ingest, captured):
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


def test_profile_of_a_short_program_is_sent_when_it_waits_for_the_profiler(shop, ingest, captured):
    shop.run("python", "profiled_trace.py")
    assert ingest.payloads("transaction")[0]["contexts"]["profile"]["profiler_id"], "a profile is promised"
    # Whether the profiler's thread sends it before the program has ended is luck, and not asserted.
    assert PROFILE_BUFFER_SECONDS == 60
    assert DEFAULT_SAMPLING_FREQUENCY == 101, "samples a second"

    ingest.envelopes = []
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
    seconds = {how: float(shop.run("python", "overhead.py", how)) for how in WAYS}
    assert seconds["none"] < min(seconds["dropped"], seconds["kept"])
    rows = ["3 transactions of 1000 rows | Time"]
    rows += [f"{text} | {seconds[how] / seconds['none']:.1f} ×" for how, text in WAYS.items()]
    captured(f"{PAGE}/overhead.table", "\n".join(rows) + "\n")


WAYS = {
    "none": "without Sentry",
    "dropped": "a span for each row, `traces_sample_rate=0.0`",
    "kept": "a span for each row, `traces_sample_rate=1.0`",
}


def test_init_costs_a_request_less_than_the_page_says(shop, ingest, captured):
    # At its end the program may also say that it waits for what is still to be sent.
    rows = [line for line in shop.run("python", "request_cost.py").splitlines() if " | " in line]
    captured(f"{PAGE}/request_cost.table", "\n".join(rows))
    none, *with_sentry = [float(row.split()[-2]) for row in rows[1:]]
    assert none < max(with_sentry)
    assert max(with_sentry) - none < 5, "milliseconds"
