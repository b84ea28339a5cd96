"""The words explained under the pointer are the words of the glossary."""

import re

from harness import ROOT

TERMS = re.findall(r"^(\S.*)\n:   ", (ROOT / "docs/glossary.md").read_text(encoding="utf-8"), re.M)
ABBREVIATIONS = re.findall(r"^\*\[(.+?)\]: ", (ROOT / "overrides/abbreviations.md").read_text(encoding="utf-8"), re.M)


def test_every_abbreviation_is_a_word_of_the_glossary():
    assert len(ABBREVIATIONS) >= 10
    glossary = " ".join(TERMS).lower()
    assert [word for word in ABBREVIATIONS if word.lower().removesuffix("s") not in glossary] == []


def test_no_word_is_explained_twice():
    assert len(TERMS) == len(set(TERMS)) > 50
