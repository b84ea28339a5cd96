"""The Markdown side of the proof: how a fence becomes a block with its file name and its verification line.

`mkdocs.yml` names `format_block` as the SuperFences formatter of every language. It is a Markdown extension point
and no MkDocs hook, so MkDocs and Zensical build the same pages from the same configuration.
"""

from __future__ import annotations

import html
import os
import re
from collections import Counter
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from pymdownx.superfences import SuperFencesException, highlight_validator

from harness import ROOT, HarnessError, blocks, lexer, record
from harness.runners import compare

SOURCE_URL = "GUIDE_SOURCE_URL"  # environment variable: where the repository's files can be read at this commit
# Tokens that look like plain text: names, variables, operators, punctuation, spaces. Two elements of three are theirs.
_PLAIN = re.compile(r'<span class="(?:n|na|nv|nx|o|p|w)">([^<]*)</span>')
# The theme measures code that stands in a `pre` itself, and would lay out all that is far from the screen.
_CODE = re.compile(r"<pre><span></span>(<code>.*?</code>)</pre>", re.S)
# Status of a block -> its mark, and the word beside it; the whole sentence is one click away.
_MARKS = {
    "verified": ("✓", "Verified"),
    "changed": ("↻", "Changed"),
    "listed": ("–", "Not executed"),
    "unverified": ("○", "Not verified"),
}
NAMES = {"redis": "redis-py", "sentry-sdk": "sentry-sdk"}

lexer.register()


def validate(language: str, inputs: dict[str, str], options: dict[str, Any], attrs: dict[str, str], md: Any) -> bool:
    """Accept the options that highlighting knows (title, hl_lines, linenums), as SuperFences itself does."""
    return bool(highlight_validator(language, inputs, options, attrs, md))


def format_block(source: str, language: str, css_class: str, options: dict[str, Any], md: Any, **kwargs: Any) -> str:
    """Highlight one fence and put its proof under it. Raises SuperFencesException, naming page and block, when the
    fence cannot be what the page says it is."""
    page, root_url = _page(md)
    try:
        if language == blocks.GENERATED_LANGUAGE:
            which, _, name = source.strip().partition(" ")
            if which == blocks.NOT_EXECUTED and name:
                return _mark(name.strip())
            return _summary(which, name.split(), root_url)
        block = _find(page, source)
        if language == "table":
            cells = [[html.escape(cell.strip()) for cell in line.split(" | ")] for line in source.splitlines()]
            head, *rows = [[re.sub("`([^`]+)`", r"<code>\1</code>", cell) for cell in row] for row in cells]
            return _wrap(_table(head, rows), language, block, root_url)
        code = md.preprocessors["fenced_code_block"].highlight(
            src=source, language=language, options=options, md=md, **kwargs
        )
        code = _CODE.sub(r'<pre><span class="block__code">\1</span></pre>', _PLAIN.sub(r"\1", code))
        return _wrap(code, language, block, root_url)
    except HarnessError as error:
        raise SuperFencesException(f"docs/{page}: {error}") from error


def _page(md: Any) -> tuple[str, str]:
    """The page being rendered (path below docs/) and the relative URL from it to the site's root.

    MkDocs hangs the page on its link processor, Zensical on a preprocessor of its own.
    """
    for processors, name, attribute in (
        (md.treeprocessors, "relpath", "file"),
        (md.preprocessors, "rendering_context", "page"),
    ):
        if name in processors:
            page = getattr(processors[name], attribute)
            path = getattr(page, "src_uri", None) or page.path
            depth = page.url.strip("/").count("/") + bool(page.url.strip("./"))
            return path, "../" * depth or "./"
    return "?", "./"


def _find(page: str, source: str) -> blocks.Shown | None:
    """The snippet on this page whose displayed text this is, or None for code that was typed into the page."""
    file = ROOT / "docs" / page
    if not file.exists():
        return None
    digest = blocks.sha256(source)
    fences = blocks.page_fences(page)
    guess = _guesses(fences).get(digest)
    # A snippet may have been saved since: the guess saves looking at every file of the page, for every block.
    for name in ([guess] if guess else []) + [fence.source for fence in fences if fence.source]:
        block = blocks.shown(name)
        if block.sha256 == digest:
            return block
    return None


@lru_cache(maxsize=1024)
def _guesses(fences: tuple[blocks.Fence, ...]) -> dict[str, str]:
    return {blocks.shown(fence.source).sha256: fence.source for fence in reversed(fences) if fence.source}


def entries() -> dict[tuple[str, str], dict[str, Any]]:
    """The record the pages are built from, by (sha256, source); read again when the file changes."""
    file = Path(os.environ.get(record.RECORD_ENV) or ROOT / record.RECORD)
    return _entries(str(file), file.stat().st_mtime_ns if file.exists() else 0)


@lru_cache(maxsize=4)
def _entries(file: str, _mtime: int) -> dict[tuple[str, str], dict[str, Any]]:
    return {(entry["sha256"], entry["source"]): entry for entry in record.load(Path(file))}


def _status(block: blocks.Shown) -> tuple[str, str, dict[str, Any] | None]:
    """Status ("verified", "changed", "unverified" or "listed"), the sentence for it, and the record's entry."""
    known = entries()
    entry = known.get((block.sha256, block.source))
    if listed := record.not_executed().get(block.source):
        return "listed", f"Not executed here: {listed['reason']}", entry
    if entry:
        return "verified", f"Verified on {_versions(entry)}", entry
    if any(source == block.source for _, source in known):
        return "changed", "Changed since it was verified", None
    return "unverified", "Not verified yet", None


def proof(block: blocks.Shown) -> str:
    """What the record says of a block, in a sentence: "Verified on Redis 8.0, 7.0 · redis-py 8.1 · 2026-11-21"."""
    return _status(block)[1]


def _wrap(code: str, language: str, block: blocks.Shown | None, root_url: str) -> str:
    label = attributes = ""
    if language != "table":  # how high it will be, before the browser has laid it out: see guide.css
        attributes = f' style="--lines:{code.count(chr(10))}"'
    if block is None:
        status, text = "unverified", "Typed into the page: not verified"
    else:
        status, sentence, entry = _status(block)
        # Enough to see that another text was rendered; whether it is proven is asked with the whole digest.
        attributes += f' data-sha256="{block.sha256[:12]}" data-source="{block.source}" data-kind="{block.kind}"'
        label = f'<span class="block__file" data-search-exclude>{html.escape(Path(block.path).name)}</span>'
        text = html.escape(sentence) + _links(block, entry, root_url)
    mark, word = _MARKS[status]
    proof = (
        f'<details class="proof proof--{status}" data-search-exclude><summary>'
        f'<span class="proof__mark" aria-hidden="true">{mark}</span> {word}</summary><p>{text}</p></details>'
    )
    # In the head of a block of code, beside its file name; a table has no head.
    inside = code + proof if language == "table" else label + proof + code
    return (
        f'<div class="block language-{language}"{attributes} data-search-exclude data-status="{status}">{inside}</div>'
    )


def _versions(entry: dict[str, Any]) -> str:
    """ "Redis 8.0, 7.0 · redis-py 8.1 · 2026-11-21": servers over all lanes, newest first; clients of one lane."""
    lanes = entry["lanes"]
    best = lanes.get("current") or next(iter(lanes.values()))
    services: dict[str, list[str]] = {}
    for lane in sorted(lanes.values(), key=lambda proof: proof is not best):
        for name, version in lane["services"].items():
            short = ".".join(version.split(".")[:2])
            if short not in services.setdefault(name, []):
                services[name].append(short)
    parts = [
        f"{name} {', '.join(sorted(versions, key=_number, reverse=True))}".rstrip()
        for name, versions in services.items()
    ]
    parts += [f"{NAMES.get(name, name)} {version}" for name, version in best["clients"].items()]
    if not parts:
        parts = entry["by"][:1]
    return " · ".join([*parts, best["date"]])


def _links(block: blocks.Shown, entry: dict[str, Any] | None, root_url: str) -> str:
    """Links to the whole file and to the test that executed it, in the repository or in the site's own copy, and one
    that saves the file."""
    base = os.environ.get(SOURCE_URL, "").rstrip("/")
    lines = f"#L{block.lines[0]}-L{block.lines[-1]}" if base else ""
    own = root_url + "source"
    prefix = base or own
    links = f'<a href="{prefix}/snippets/{block.path}{lines}">whole file</a>'
    links += f' <a href="{own}/snippets/{block.path}" download>download</a>'
    if entry and entry["tests"]:
        links += f' <a href="{prefix}/{entry["tests"][0].split("::")[0]}">test</a>'
    return f' <span class="proof__links">{links}</span>'


def passage(name: str) -> dict[str, Any]:
    """The entry of the list for a passage that no test executes. Raises HarnessError when it is not on the list."""
    try:
        return record.passages()[name]
    except KeyError:
        raise HarnessError(f"{name!r} is no passage of {record.LIST}") from None


def _mark(name: str) -> str:
    """The note under a passage that describes what no test here can execute."""
    entry = passage(name)
    return (
        f'<div class="admonition info" id="{blocks.NOT_EXECUTED}-{html.escape(name)}">'
        '<p class="admonition-title">Not executed here</p>'
        f"<p>{html.escape(entry['what'])}: {html.escape(entry['reason'])}. "
        f'<a href="{html.escape(entry["link"])}">Source</a>, checked {entry["checked"]}.</p></div>'
    )


def _number(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


def _places(name: str, root_url: str) -> str:
    """Links to the pages that mark this passage."""
    pages = sorted({fence.page for fence in blocks.fences() if fence.marks == name})
    address = {page: Path(page).with_suffix("").as_posix().removesuffix("index").rstrip("/") for page in pages}
    return "<br>".join(
        f'<a href="{root_url}{url + "/" if url else ""}#{blocks.NOT_EXECUTED}-{html.escape(name)}">{url or "home"}</a>'
        for url in address.values()
    )


def _summary(which: str, folders: list[str], root_url: str) -> str:
    """The generated tables of *How every block is tested*; `blocks` shows those of the folders that it names."""
    if which in ("totals", "lanes", "blocks"):
        shown = record.displayed()
        known = entries()
        proven = [known[(b.sha256, s)] for s, b in sorted(shown.items()) if (b.sha256, s) in known]
        if which == "totals":
            return _totals(shown, proven)
        if which == "lanes":
            return _lanes(proven)
        chosen = [e for e in proven if e["source"].partition("/")[0] in folders]
        groups = groupby(chosen, key=lambda e: e["source"].rpartition("/")[0])
        # Names every tool in every row: it would be the first result of every search.
        return f"<div data-search-exclude>{''.join(_record(folder, list(group)) for folder, group in groups)}</div>"
    if which == "masks":
        return _table(
            ["Mask", "Stands for"],
            [[html.escape(name), html.escape(what)] for name, what, _ in compare.MASKS],
        )
    if which == blocks.NOT_EXECUTED:
        listed = [(f"<code>{html.escape(s)}</code>", "a block", e) for s, e in sorted(record.not_executed().items())]
        first = "" if listed else "<p>Every block on this site has been executed. "
        for name, entry in sorted(record.passages().items()):
            listed.append((html.escape(entry["what"]), _places(name, root_url), entry))
        if not listed:
            return first + "The list is empty.</p>"
        rows = [
            [
                what,
                where,
                html.escape(entry["reason"]),
                f'<a href="{html.escape(entry["link"])}">source</a>, {html.escape(str(entry["checked"]))}',
            ]
            for what, where, entry in listed
        ]
        first += "What is listed is described in words on the pages named.</p>" if first else ""
        return first + _table(["What", "Where", "Why not", "Source, checked"], rows)
    raise HarnessError(f"unknown verification table {which!r}: use totals, lanes, masks, blocks or not-executed")


def _record(folder: str, proven: list[dict[str, Any]]) -> str:
    """What proves the blocks of one folder: a table in a box of its own, which a browser draws when it is looked at."""
    rows = [
        [
            _name(e["source"].rpartition("/")[2]),
            e["kind"],
            html.escape(_versions(e)),
            "<br>".join(_name(test.split("::")[-1]) for test in e["tests"]),
        ]
        for e in proven
    ]
    table = _table(["Block", "Kind", "Verified on", "Tests"], rows, f"<code>{html.escape(folder)}/</code>")
    tests = sum(len(entry["tests"]) for entry in proven)
    return f'<div class="record" style="--rows:{len(rows)};--tests:{tests}">{table}</div>'


def _name(text: str) -> str:
    """A name of a file or a test, which may be broken after an underscore."""
    return f"<code>{html.escape(text).replace('_', '_<wbr>')}</code>"


def _totals(shown: dict[str, blocks.Shown], proven: list[dict[str, Any]]) -> str:
    displayed = Counter(block.kind for block in shown.values())
    verified = Counter(entry["kind"] for entry in proven)
    rows = [[kind, str(displayed[kind]), str(verified[kind])] for kind in sorted(displayed)]
    rows.append(["<strong>all</strong>", str(displayed.total()), str(verified.total())])
    return _table(["Kind of block", "Shown", "Verified"], rows)


def _lanes(proven: list[dict[str, Any]]) -> str:
    lanes: dict[str, dict[str, set[str]]] = {}
    count: Counter[str] = Counter()
    for entry in proven:
        for lane, proof in entry["lanes"].items():
            count[lane] += 1
            for name, version in proof["services"].items():
                lanes.setdefault(lane, {}).setdefault(name, set()).add(version)
    order = {"current": 0, "previous": 1, "oldest": 2}
    rows = [
        [
            lane,
            " · ".join(f"{n} {', '.join(sorted(v))}".rstrip() for n, v in sorted(lanes.get(lane, {}).items())),
            str(count[lane]),
        ]
        for lane in sorted(count, key=lambda lane: order.get(lane, 9))
    ]
    return _table(["Lane", "Servers", "Blocks verified"], rows)


def _table(head: list[str], rows: list[list[str]], caption: str = "") -> str:
    top = "".join(f"<th>{cell}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    title = f"<caption>{caption}</caption>" if caption else ""
    return f"<table>{title}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
