"""A Markdown extension: what stands under a page's title. The day of the run that proved its blocks, how long it takes
to read, and for phones, where the theme hides it in its menu, what is on the page.

It is no hook of an engine, so that MkDocs and Zensical build the same pages. The copy for programs has none of it.
"""

from __future__ import annotations

import html
import re
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor

from harness import ROOT
from harness.proof import blocks, record, report
from harness.proof.fence import _page as page_of

WORDS_PER_MINUTE = 200
HOME = "index.md"
_UNREAD = re.compile(r'<pre\b.*?</pre>|<details class="proof.*?</details>|<[^>]+>', re.S)


def proven(page: str) -> str:
    """The day (ISO) on which the last of this page's blocks was proven; "" when there is none, or one is not proven."""
    days = set()
    for fence in blocks.page_fences(page):
        if fence.language == blocks.GENERATED_LANGUAGE:
            continue
        entry = report.known().entry(blocks.shown(fence.source)) if fence.source else None
        if entry is None:
            return ""
        lane = record.BEST if record.BEST in entry.lanes else entry.lanes[0]
        days.add(report.known().runs[lane].date)
    return max(days, default="")


def minutes(text: str) -> int:
    """How long it takes to read this HTML, without its blocks of code."""
    return max(1, round(len(_UNREAD.sub(" ", text).split()) / WORDS_PER_MINUTE))


def line(page: str, text: str) -> str:
    """The line under the title; "" for a page that shows no block."""
    if not (ROOT / "docs" / page).exists():  # a part of a page, which Markdown was asked for without naming the page
        return ""
    if not any(fence.source and fence.language != blocks.GENERATED_LANGUAGE for fence in blocks.page_fences(page)):
        return ""
    day = proven(page)
    said = [f'Verified <time datetime="{day}">{day}</time>'] if day else []
    return f'<p class="facts" data-search-exclude>{" · ".join([*said, f"{minutes(text)} min read"])}</p>'


def contents(tokens: list[dict[str, Any]]) -> str:
    """The sections of a page, folded; "" when they are few."""
    sections = [section for title in tokens if title["level"] == 1 for section in title["children"]]
    if len(sections) < 3:
        return ""
    items = "".join(f'<li><a href="#{html.escape(one["id"])}">{one["name"]}</a></li>' for one in sections)
    return f'<details class="contents" data-search-exclude><summary>On this page</summary><ul>{items}</ul></details>'


class _UnderTitle(Postprocessor):
    def run(self, text: str) -> str:
        page, _ = page_of(self.md)
        title, end, rest = text.partition("</h1>")
        if not end or page == HOME:
            return text
        tokens: list[dict[str, Any]] = getattr(self.md, "toc_tokens", [])
        return f"{title}{end}{line(page, rest)}{contents(tokens)}{rest}"


class _Facts(Extension):
    def extendMarkdown(self, md: Markdown) -> None:
        md.postprocessors.register(_UnderTitle(md), "facts", 0)  # when all code is in its place


def makeExtension(**options: Any) -> _Facts:
    return _Facts(**options)
