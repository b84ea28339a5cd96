"""What docs/sentry/enriching.md promises; read back from Bugsink, and the attachment from the envelope."""

import json
import signal
from typing import Any

import requests
from sentry_sdk.consts import DEFAULT_MAX_BREADCRUMBS

from harness.process import wait_until

PAGE = "sentry/enriching"


def dump(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def table(*head: str, rows: list[tuple[str, ...]]) -> str:
    return "".join(" | ".join(row) + "\n" for row in [head, *rows])


def test_what_was_added_is_in_the_event(shop, wait_for_events, captured):
    shop.run("python", "enrich.py")
    (event,) = wait_for_events(1)
    crumb = event["breadcrumbs"]["values"][-1]
    assert DEFAULT_MAX_BREADCRUMBS == 100
    captured(
        f"{PAGE}/enrich.json",
        dump(
            {
                "level": event["level"],
                "user": event["user"],
                "tags": event["tags"],
                "contexts": {name: event["contexts"][name] for name in ("order", "flags")},
                "breadcrumbs": [{key: crumb[key] for key in ("category", "message", "data")}],
                "release": event["release"],
                "environment": event["environment"],
            }
        ),
    )


def test_scopes_end_where_their_blocks_end_and_set_tag_reaches_further(shop, wait_for_events, captured):
    shop.run("python", "scopes.py")
    found = {event["message"]: event["tags"] for event in wait_for_events(4)}
    rows = [
        (message, *(found[message].get(tag, "-") for tag in ("branch", "job", "order", "careless")))
        for message in ("in the block", "after the block", "in isolation", "at the end")
    ]
    captured(f"{PAGE}/scopes.table", table("Event", "`branch`", "`job`", "`order`", "`careless`", rows=rows))
    assert "order" not in found["after the block"], "new_scope leaks nothing"
    assert found["after the block"]["careless"] == "1001", "set_tag wrote to the isolation scope"
    assert found["at the end"]["careless"] == "1001"


def test_concurrent_requests_keep_their_users_apart_unless_the_global_scope_is_used(terminal, shop, project, captured):
    server = shop.start("uvicorn", "users:app")
    server.wait_for("Uvicorn running on")
    assert requests.get("http://localhost:8000/visitor", timeout=20).status_code == 500
    terminal(f"{PAGE}/ten.console")
    assert requests.get("http://localhost:8000/visitor", timeout=20).status_code == 500
    # Before the server ends, for then two seconds would have to do.
    wait_until(lambda: sum(issue["digested_event_count"] for issue in project.issues()) == 22, 60, "22 events")
    assert server.stop(signal.SIGINT) == 0
    rows = []
    events = [event["data"] for event in project.events()]
    for way, said in (("right", "`sentry_sdk.set_user`"), ("wrong", "user set on the global scope")):
        users = [
            event["user"]["id"] == event["exception"]["values"][0]["value"]
            for event in events
            if f"/{way}/" in event["request"]["url"]
        ]
        rows.append((said, str(len(users)), str(users.count(True)), str(users.count(False))))
    captured(f"{PAGE}/users.table", table("Way", "Events", "With their own user", "With another's", rows=rows))
    before, after = [event for event in events if event["request"]["url"].endswith("/visitor")]
    if "user" not in after:
        before, after = after, before
    assert "user" not in before
    assert after["user"]["id"] in "0123456789", "a visitor who never logged in got a customer's name"


def test_grouping_is_changed_by_fingerprints(shop, project, captured):
    shop.run("python", "grouping.py")
    cases: dict[str, list[str]] = {}
    for issue in project.issues():
        for event in project.events(issue):
            cases.setdefault(event["data"]["tags"]["case"], []).append(issue["id"])
    order = (
        "texts that differ in a number",
        "texts that differ in a name",
        "the same, one fingerprint",
        "one text from two places",
        "the same, split by place",
        "one fingerprint for everything",
    )
    rows = [(case, str(len(cases[case])), str(len(set(cases[case])))) for case in order]
    captured(f"{PAGE}/grouping.table", table("Case", "Events", "Issues on Bugsink", rows=rows))


def test_resolved_issue_comes_back_with_the_same_error_or_with_the_next_release(terminal, shop, bugsink, project):
    shop.env["BUGSINK_TOKEN"] = bugsink.token
    terminal(f"{PAGE}/triage.console")
    releases = bugsink.listed("releases", project=project.id)
    assert {release["version"] for release in releases} == {"shop@1.0.0", "shop@1.1.0"}


def test_configure_scope_still_works_and_says_that_it_will_not(terminal, shop, wait_for_events):
    terminal(f"{PAGE}/old.console")
    (event,) = wait_for_events(1)
    assert event["tags"] == {"payment": "card"}


def test_attachment_travels_beside_the_event(shop, ingest, captured):
    """Last in this file: the receiver takes Bugsink's place, which starts again for the next test that needs it."""
    shop.run("python", "attach.py")
    ingest.wait_for("event")
    ((envelope),) = [one for one in ingest.envelopes if any(item.type == "event" for item in one.items)]
    captured(
        f"{PAGE}/attach.json",
        dump(
            [
                {
                    "type": item.type,
                    "headers": {key: item.headers[key] for key in ("filename", "content_type") if key in item.headers},
                    "payload": item.payload.decode() if isinstance(item.payload, bytes) else item.payload["message"],
                }
                for item in envelope.items
            ]
        ),
    )


def test_attributes_reach_logs_and_metrics_and_tags_reach_events(shop, ingest, captured):
    shop.run("python", "attributes.py")
    (event,), (transaction,) = ingest.wait_for("event"), ingest.wait_for("transaction")
    (logs,), (metrics,) = ingest.wait_for("log"), ingest.wait_for("trace_metric")
    kinds = {"error event": event, "transaction": transaction, "log": logs["items"][0], "metric": metrics["items"][0]}

    def has(item: dict[str, Any], name: str) -> str:
        return "yes" if name in {**item.get("tags", {}), **item.get("attributes", {})} else "no"

    rows = [(kind, has(item, "tag"), has(item, "attribute")) for kind, item in kinds.items()]
    captured(f"{PAGE}/attributes.table", table("Sent as", "`set_tag`", "`set_attribute`", rows=rows))
    assert [row[1:] for row in rows] == [("yes", "no"), ("yes", "no"), ("no", "yes"), ("no", "yes")]
