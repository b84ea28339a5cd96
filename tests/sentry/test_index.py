"""What docs/sentry/index.md promises: it leads to every page of the guide, and the envelope it shows was sent."""

import json
import re

from harness import ROOT

PAGE = "sentry/index"
DOCS = ROOT / "docs" / "sentry"
TEXT = (DOCS / "index.md").read_text(encoding="utf-8")


def test_overview_names_every_page_of_the_guide():
    linked = set(re.findall(r"\]\(([a-z-]+\.md)", TEXT))
    pages = {file.name for file in DOCS.glob("*.md")} - {"index.md"}
    assert pages <= linked, f"not in the overview: {sorted(pages - linked)}"


def test_path_has_one_line_for_each_page_but_the_cheat_sheet_and_counts_on():
    path = TEXT[TEXT.index("## The path") : TEXT.index("## Nine things")]
    steps = re.findall(r"^(?:\d+\. |<li markdown>)\[[^]]+\]\(([a-z-]+\.md)\):", path, re.M)
    assert sorted(steps) == sorted({file.name for file in DOCS.glob("*.md")} - {"index.md", "cheat-sheet.md"})
    for begin in re.finditer(r'<ol start="(\d+)"', path):
        before = re.findall(r"^(?:\d+\. |<li markdown>)\[", path[: begin.start()], re.M)
        assert int(begin[1]) == len(before) + 1


def test_envelope_has_a_header_and_an_item_with_the_event(shop, ingest, captured):
    shop.run("python", "one_error.py")
    (event,) = ingest.wait_for("event")
    (envelope,) = [envelope for envelope in ingest.envelopes if envelope.items[0].type == "event"]
    assert envelope.headers["event_id"] == event["event_id"]
    assert "sentry_key=5e1f0c7d9a3b4826b7c04d5e6f718293" in envelope.request["x-sentry-auth"]
    (error,) = event["exception"]["values"]
    short = {
        "event_id": event["event_id"],
        "level": event["level"],
        "release": event["release"],
        "environment": event["environment"],
        "exception": {"type": error["type"], "value": error["value"]},
    }
    kept = ("event_id", "sent_at")
    lines = [
        json.dumps({key: envelope.headers[key] for key in kept}),
        json.dumps({key: envelope.items[0].headers[key] for key in ("type", "content_type")}),
        json.dumps(short, indent=1),
    ]
    captured(f"{PAGE}/envelope.txt", "\n".join(lines))
