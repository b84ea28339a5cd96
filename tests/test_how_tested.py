"""The fields that docs/how-tested.md names are the fields of the record."""

import dataclasses
import re

from harness import ROOT
from harness.proof import blocks, record


def test_every_field_of_the_record_is_explained():
    text = (ROOT / "docs/how-tested.md").read_text(encoding="utf-8")
    paragraph = text[text.index("The record itself is") :].partition("\n\n")[0]
    named = set(re.findall(r"`(\w+)`", paragraph))
    fields = {field.name for kind in (record.Run, record.Entry) for field in dataclasses.fields(kind)}
    assert fields - {"source"} | {"runs", "blocks", "tests", "proofs"} == named


def test_the_pages_of_the_record_hold_every_block_once():
    named = []
    for page in (ROOT / "docs/how-tested.md", *ROOT.glob("docs/record/*.md")):
        text = page.read_text(encoding="utf-8")
        named += [name for line in re.findall(r"^blocks (.+)$", text, re.M) for name in line.split()]
    assert sorted(named) == sorted({source.partition("/")[0] for source in blocks.displayed()})
