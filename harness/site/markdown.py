"""The site for programs: each page as Markdown with its snippets in place, and `llms.txt`, which lists the pages.

A copy lies beside its page (`redis/start/` and `redis/start/index.md`). What its blocks hold is what the page shows,
and each carries the same line of proof.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from harness import ROOT
from harness.proof import blocks, exploration, report
from harness.site import versions

# What the site's Markdown says of a heading or a picture: `{ .diagram width="360" }`
_ATTRIBUTES = re.compile(r"^(\s*(?:#|!\[).*?) ?\{ [^{}]+ \}$")
_LINK = re.compile(r"(\]\()(?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]*)?(\))")


def write(site: Path, root: Path = ROOT) -> int:
    """Add the copies and `llms.txt` to the built site in `site`; returns how many pages it has."""
    pages = {page: _Page(page, root) for page in _pages(root)}
    for name, page in pages.items():
        (site / _copy(name)).write_text(page.markdown(), encoding="utf-8")
    (site / "llms.txt").write_text(_list(pages, root), encoding="utf-8")
    return len(pages)


class _Page:
    def __init__(self, name: str, root: Path) -> None:
        self.name, self.root = name, root
        text = (root / "docs" / name).read_text(encoding="utf-8")
        head: dict[str, object] = {}
        body = text
        if text.startswith("---\n"):
            front, _, body = text.removeprefix("---\n").partition("\n---\n")
            head = yaml.safe_load(front) or {}
        self.body = body.strip() + "\n"
        found = re.search(r"^# (.+)$", body, re.M)
        self.title = found[1] if found else str(head.get("title", name))
        self.description = str(head.get("description", "")).strip()

    def markdown(self) -> str:
        """The page's text, snippets in place, links leading to the other copies."""
        lines = self.body.splitlines()
        result: list[str] = []
        number = 0
        while number < len(lines):
            opening = re.match(r"^(\s*)(`{3,})(\w+)", lines[number])
            if not opening:
                result.append(_LINK.sub(self._link, _ATTRIBUTES.sub(r"\1", lines[number])))
                number += 1
                continue
            indent, ticks, language = opening.groups()
            end = next(n for n in range(number + 1, len(lines)) if lines[n].strip() == ticks)
            content = "\n".join(lines[number + 1 : end])
            result += [indent + line if line else "" for line in self._block(content, language, ticks)]
            number = end + 1
        return "\n".join(result) + "\n"

    def _block(self, content: str, language: str, ticks: str) -> Iterator[str]:
        include = re.search(r'"([^"]+)"', content)
        which, _, name = content.strip().partition(" ")
        if which == blocks.NOT_EXECUTED and name:
            entry = report.passage(name.strip())
            yield f"(Not executed here: {entry.what}: {entry.reason}."
            yield f"{entry.link}, checked {entry.checked}.)"
            return
        if language == blocks.GENERATED_LANGUAGE and which == exploration.FENCE:
            result = exploration.proven(name.strip())
            yield f"(Crash-tested. {result.sentence()} {result.versions()})"
            return
        if language == blocks.GENERATED_LANGUAGE and which == versions.FENCE:
            yield from versions.markdown_table(name.strip())
            return
        if language == blocks.GENERATED_LANGUAGE or not include:
            yield f"(A table made from the verification record: {content.strip()}.)"
            return
        block = blocks.shown(include[1], self.root)
        if language == "table":
            head, *rows = block.text.splitlines()
            yield from (f"| {line} |" for line in [head, " | ".join("---" for _ in head.split(" | ")), *rows])
        else:
            yield from (ticks + language, *block.text.splitlines(), ticks)
        yield ""
        yield f"({block.path}. {report.status(block)[1]})"

    def _link(self, found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(self.name), found[2]))
        if target.endswith(".md"):
            target = _copy(target)
        there = posixpath.relpath(target, posixpath.dirname(_copy(self.name)) or ".")
        return f"{found[1]}{there}{found[3] or ''}{found[4]}"


def _pages(root: Path) -> list[str]:
    docs = root / "docs"
    return sorted(file.relative_to(docs).as_posix() for file in docs.rglob("*.md"))


def _copy(page: str) -> str:
    """Where the copy of a page lies in the site: "redis/start.md" at "redis/start/index.md"."""
    path = Path(page)
    return page if path.name == "index.md" else (path.with_suffix("") / "index.md").as_posix()


def _list(pages: dict[str, _Page], root: Path) -> str:
    """`llms.txt` (llmstxt.org): what the site is, and its pages in the order of the navigation."""
    config = yaml.load((root / "mkdocs.yml").read_text(encoding="utf-8"), Loader=_Tags)
    address = os.environ.get("SITE_URL", "").rstrip("/")
    lines = [f"# {config['site_name']}", "", f"> {config['site_description'].strip()}"]
    listed: list[str] = []

    def entry(page: str) -> str:
        listed.append(page)
        place = f"{address}/{_copy(page)}" if address else _copy(page)
        text = pages[page].description
        return f"- [{pages[page].title}]({place})" + (f": {text}" if text else "")

    for item in config["nav"]:
        for title, content in item.items():
            lines += ["", f"## {title}", ""]
            lines += [entry(page) for page in ([content] if isinstance(content, str) else _leaves(content))]
    if left := [page for page in pages if page not in listed]:
        lines += ["", "## More", "", *(entry(page) for page in left)]
    return "\n".join(lines) + "\n"


def _leaves(items: list[Any]) -> Iterator[str]:
    for item in items:
        for content in item.values() if isinstance(item, dict) else [item]:
            if isinstance(content, str):
                yield content
            else:
                yield from _leaves(content)


class _Tags(yaml.SafeLoader):
    """Reads mkdocs.yml without acting on its tags (`!ENV`, `!!python/name:`)."""


_Tags.add_multi_constructor("", lambda loader, suffix, node: None)
