"""The fields that docs/how-tested.md names are the fields of the record."""

import re

from harness import ROOT, record


def test_every_field_of_the_record_is_explained():
    text = (ROOT / "docs/how-tested.md").read_text(encoding="utf-8")
    paragraph = text[text.index("The record itself is") :].partition("\n\n")[0]
    named = set(re.findall(r"`(\w+)`", paragraph))
    entries = record.load(ROOT / record.RECORD)
    fields = {field for entry in entries for field in entry}
    inside = {field for entry in entries for lane in entry["lanes"].values() for field in lane}
    assert fields | inside - {"date"} == named
