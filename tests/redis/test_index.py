"""What docs/redis/index.md promises: it leads to every page of the guide, and says nothing of pages that are not."""

import re

from harness import ROOT

DOCS = ROOT / "docs" / "redis"


def test_overview_names_every_page_of_the_guide():
    linked = set(re.findall(r"\]\(([a-z-]+\.md)", (DOCS / "index.md").read_text(encoding="utf-8")))
    pages = {file.name for file in DOCS.glob("*.md")} - {"index.md"}
    assert pages <= linked, f"not in the overview: {sorted(pages - linked)}"


def test_path_has_one_line_for_each_page_but_the_cheat_sheet_and_counts_on():
    text = (DOCS / "index.md").read_text(encoding="utf-8")
    path = text[text.index("## The path") : text.index("## Seven things")]
    steps = re.findall(r"^(?:\d+\. |<li markdown>)\[[^]]+\]\(([a-z-]+\.md)\):", path, re.M)
    pages = {file.name for file in DOCS.glob("*.md")} - {"index.md", "cheat-sheet.md"}
    assert sorted(steps) == sorted(pages)
    for begin in re.finditer(r'<ol start="(\d+)"', path):
        before = re.findall(r"^(?:\d+\. |<li markdown>)\[", path[: begin.start()], re.M)
        assert int(begin[1]) == len(before) + 1
