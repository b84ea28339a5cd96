"""What *Errors* (docs/symptoms.md and docs/symptoms/) promises: a run printed each error text, on the page it leads to.

The last section of a page holds texts that others reported. They were not executed, and name their source and its day.
"""

import datetime
import re
from functools import cache

import pytest

from harness import ROOT
from harness.proof import blocks

DOCS = ROOT / "docs"
# A heading, which the search lists by itself and which has an address, the cause, and the remedy: one paragraph each.
ROW = re.compile(
    r"^### \[(?P<what>.+?)\]\((?P<page>[\w/-]+\.md)#(?P<anchor>[\w-]+)\)(?P<more>.*)\n"
    r"\n(?P<cause>\S.*)\n\n\*\*Do:\*\* (?P<remedy>\S.*)\n(?=\n(?:##|</div>))",
    re.M,
)
# A text that no run printed: a heading without a link, and the report with its date before the cause.
ELSEWHERE = "Reported elsewhere, not executed here"
REPORTED = re.compile(
    r"^### `(?P<what>[^`\n]+)`\n\nReported in \[(?P<label>[^\]\n]+)\]\((?P<source>https://[^)\s]+)\) "
    r"\((?P<date>\d{4}-\d\d-\d\d)\)\. (?P<cause>\S.*)\n\n\*\*Do:\*\* (?P<remedy>\S.*)\n(?=\n(?:###|</div>))",
    re.M,
)
PAGES = [DOCS / "symptoms.md", *sorted(DOCS.glob("symptoms/*.md"))]
# Links as they would be on the first of these pages.
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES).replace("](../", "](")
ROWS = [match.groupdict() for match in ROW.finditer(TEXT)]
REPORTS = [match.groupdict() for match in REPORTED.finditer(TEXT)]


def words(text: str) -> str:
    """`text` with every run of white space, and what a comment puts before it, as one space."""
    return " ".join(re.sub(r"^\s*#>", "", text, flags=re.M).split())


@cache
def printed(page: str) -> str:
    """Everything that the blocks of a page show."""
    fences = blocks.page_fences(page)
    return words("\n".join(blocks.shown(fence.source).text for fence in fences if fence.source))


def test_every_entry_is_an_error_with_a_link_its_cause_and_its_remedy():
    headings = re.findall(r"^#{3,} .*", TEXT, re.M)
    assert len(ROWS) + len(REPORTS) == len(headings) > 50
    inside = re.findall(r'<div class="symptoms" markdown>\n(.*?</div>)', TEXT, re.S)
    assert len(inside) == len(PAGES)
    left = [REPORTED.sub("", ROW.sub("", part)).splitlines() for part in inside]
    assert not [line for part in left for line in part if not re.match(r"## |</div>|$", line)], "sections and entries"


def test_reports_stand_in_the_last_section_and_only_there():
    for page in PAGES[1:]:
        executed, _, reported = page.read_text(encoding="utf-8").partition(f"\n## {ELSEWHERE}\n")
        assert REPORTED.search(reported), page.name
        assert not REPORTED.search(executed), page.name
        assert not ROW.search(reported), page.name
        assert "\n## " not in reported, page.name


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report["what"][:40])
def test_report_names_its_source_and_its_day(report):
    day = datetime.date.fromisoformat(report["date"])
    assert datetime.date(2010, 1, 1) < day <= datetime.date.today()
    issue = re.fullmatch(r"https://github\.com/([\w.-]+)/([\w.-]+)/(?:issues|pull)/(\d+)", report["source"])
    assert issue, "a thread that a reader can open"
    assert report["label"].endswith(f"{issue[2]}#{issue[3]}"), "the label says which thread it is"


def test_reports_are_no_texts_that_a_run_printed():
    executed = {row["what"] for row in ROWS}
    assert not [report["what"] for report in REPORTS if f"`{report['what']}`" in executed]
    assert len({report["what"] for report in REPORTS}) == len(REPORTS)


def asserted(page: str) -> str:
    """What the tests of a page hold: texts that appear only in one lane, or without an extra, are compared there."""
    test = ROOT / "tests" / page.replace("-", "_").replace(".md", ".py")
    return words(test.with_name(f"test_{test.name}").read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['page']}-{row['what'][:40]}")
def test_error_text_was_printed_on_the_page_it_leads_to(row):
    exact = re.fullmatch(r"`([^`]+)`", row["what"])
    if not exact:
        return  # an error without a text; its link is checked with all links
    for part in exact[1].split("…"):
        shown = words(part) in printed(row["page"])
        assert shown or words(part) in asserted(row["page"]), f"docs/{row['page']} does not show {part!r}"


def test_every_link_leads_to_a_section():
    from markdown import Markdown

    for page, anchor in set(re.findall(r"\]\(([\w/-]+\.md)#([\w-]+)\)", TEXT)):
        md = Markdown(extensions=["attr_list", "toc"])
        md.convert((DOCS / page).read_text(encoding="utf-8"))
        found: list[str] = []
        ahead = list(md.toc_tokens)
        while ahead:
            token = ahead.pop()
            found.append(token["id"])
            ahead += token["children"]
        assert anchor in found, f"docs/{page} has no section {anchor!r}, but {sorted(found)}"
