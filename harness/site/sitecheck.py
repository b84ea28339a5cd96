"""Checks of a built site that need no browser: its links, and the proof of every block.

The built HTML is read with Python's own parser and nothing of the page build is used, so that a mistake in
the formatter cannot hide itself. Each check returns one line for each fault, naming page and element.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from harness.proof.blocks import DIGEST

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
HERE = "http://site.invalid/"  # stands for wherever the site will be served
# Tag and attribute that make a browser fetch something. (A link is no request until it is followed.)
FETCHED = {("link", "href"), *((tag, "src") for tag in ("img", "script", "iframe", "source", "video"))}
PASSIVE_RELATIONS = frozenset({"canonical", "prev", "next", "alternate", "edit"})


@dataclass
class Block:
    """One `.block` wrapper with what it claims and the text of its code."""

    line: int  # 1-based, in the HTML file
    attributes: dict[str, str]
    code: str = ""
    proof: str = ""

    @property
    def name(self) -> str:
        return self.attributes.get("data-source") or f"block at line {self.line}"

    @property
    def sha256(self) -> str:
        """Of the text a reader sees, without the newlines at its end."""
        return hashlib.sha256(self.code.rstrip("\n").encode()).hexdigest()


@dataclass
class Page:
    """What one HTML file holds."""

    path: str  # "redis/start/index.html", below the site folder
    ids: set[str] = field(default_factory=set)
    links: list[tuple[int, str]] = field(default_factory=list)  # (line, href)
    fetched: list[tuple[int, str]] = field(default_factory=list)  # (line, address)
    blocks: list[Block] = field(default_factory=list)
    bare: list[int] = field(default_factory=list)  # lines of each <pre> in <main> that no block wraps
    main: str = ""  # text in <main>

    @property
    def url(self) -> str:
        """Relative to the site's root: "redis/start/"."""
        return self.path.removesuffix("index.html")


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self._open: list[tuple[str, Block | None, bool]] = []  # tag, the block it opened, is it a proof line
        self._main = 0
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        values = {name: value or "" for name, value in attrs}
        classes = values.get("class", "").split()
        if identifier := values.get("id") or (values.get("name") if tag == "a" else None):
            self.page.ids.add(identifier)
        if tag == "a" and "href" in values:
            self.page.links.append((line, values["href"]))
        for name, value in values.items():
            if (tag, name) in FETCHED and not PASSIVE_RELATIONS & set(values.get("rel", "").split()):
                self.page.fetched.append((line, value))
        block = None
        if "block" in classes and tag == "div":
            block = Block(line, values)
            self.page.blocks.append(block)
        if tag == "pre" and self._main and self._block() is None:
            self.page.bare.append(line)
        if (inside := self._block()) and tag == "tr" and inside.code:
            inside.code += "\n"
        elif inside and tag in ("td", "th") and inside.code and not inside.code.endswith("\n"):
            inside.code += " | "
        self._quote(tag)
        if tag not in VOID:
            self._open.append((tag, block, "proof" in classes))
            self._main += tag == "main"
            self._silent += tag in ("script", "style")

    def _quote(self, tag: str) -> None:
        """In a table's snippet, code stands between backticks, and words of the test between asterisks."""
        cell = any(name in ("td", "th") for name, _, _ in self._open)
        if tag in ("code", "em") and cell and (block := self._block()):
            block.code += "`" if tag == "code" else "*"

    def handle_endtag(self, tag: str) -> None:
        self._quote(tag)
        while any(name == tag for name, _, _ in self._open):
            name, _, _ = self._open.pop()
            self._main -= name == "main"
            self._silent -= name in ("script", "style")
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._main and not self._silent:
            self.page.main += data
        block = self._block()
        if block is None:
            return
        # A table that a run made is a block too; its text is the cells, as in the snippet: "a | b".
        if any(name in ("pre", "td", "th") for name, _, _ in self._open):
            block.code += data
        elif any(proof for _, _, proof in self._open):
            block.proof += data

    def _block(self) -> Block | None:
        return next((block for _, block, _ in reversed(self._open) if block), None)


def read(site: Path) -> list[Page]:
    """Every HTML page of a built site, in path order, without former addresses, which only lead on.

    Raises ValueError when there is none.
    """
    pages = []
    for file in sorted(site.rglob("*.html")):
        text = file.read_text(encoding="utf-8")
        if '<meta http-equiv="refresh"' in text:
            continue
        page = Page(file.relative_to(site).as_posix())
        reader = _Reader(page)
        reader.feed(text)
        reader.close()
        pages.append(page)
    if not pages:
        raise ValueError(f"{site} holds no HTML page: build the site first")
    return pages


def broken_links(site: Path, pages: Iterable[Page]) -> list[str]:
    """Links to a page, a file or an anchor of this site that does not exist."""
    pages = list(pages)
    by_path = {page.path: page for page in pages}
    faults = []
    for page in pages:
        for line, href in [*page.links, *page.fetched]:
            where = f"{page.path}:{line}: {href}"
            target = urlsplit(urljoin(HERE + page.path, href))
            if target.scheme not in ("http", "https") or not target.geturl().startswith(HERE):
                continue
            path = unquote(target.path).lstrip("/")
            file = site / path
            if path == "" or path.endswith("/"):
                path, file = f"{path}index.html", file / "index.html"
            if not file.is_file():
                faults.append(f"{where} leads to no file of the site")
            elif target.fragment and path in by_path and unquote(target.fragment) not in by_path[path].ids:
                faults.append(f"{where} leads to no anchor on {path}")
    return faults


def foreign_resources(pages: Iterable[Page]) -> list[str]:
    """Scripts, styles, pictures and frames that the HTML asks another host for."""
    return [
        f"{page.path}:{line}: {address} comes from another host"
        for page in pages
        for line, address in page.fetched
        if urlsplit(address).netloc or address.startswith("//")
    ]


def unproven_blocks(pages: Iterable[Page], record: Mapping[str, str], listed: Iterable[str] = ()) -> list[str]:
    """Blocks whose proof does not hold: not wrapped, another text than was verified, or not in the record.

    record: source -> digest (the beginning of a SHA-256), as in the verification record; listed: sources that no test
    can execute.
    """
    excused = set(listed)
    faults = []
    for page in pages:
        faults += [f"{page.path}:{line}: code outside of any block" for line in page.bare]
        for block in page.blocks:
            where = f"{page.path}:{block.line}: {block.name}"
            status = block.attributes.get("data-status", "")
            claimed = block.attributes.get("data-sha256", "")
            source = block.attributes.get("data-source", "")
            if len(claimed) < 12 or not block.sha256.startswith(claimed):
                faults.append(f"{where} shows a text with SHA-256 {block.sha256[:12]}…, not {claimed[:12]}…")
            elif status == "listed":
                if source not in excused or not block.proof.strip():
                    faults.append(f"{where} says it cannot be executed, but is not on that list")
            elif status != "verified":
                faults.append(f"{where} is {status or 'without a status'}, not verified")
            elif len(digest := record.get(source, "")) < DIGEST or not block.sha256.startswith(digest):
                faults.append(f"{where} claims a proof that is not in the verification record")
    return faults
