"""The Markdown side of the proof: how a fence becomes a block with its file name and its verification line.

`mkdocs.yml` names `format_block` as the SuperFences formatter of every language. It is a Markdown extension point
and no MkDocs hook, so MkDocs and Zensical build the same pages from the same configuration.
"""

from __future__ import annotations

import html
import os
import re
from collections import Counter
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from pymdownx.superfences import SuperFencesException, highlight_validator

from harness import ROOT, HarnessError
from harness.proof import blocks, exemptions, exploration, recording, report, retries
from harness.proof.record import Entry
from harness.proof.runners import compare

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
            if which == exploration.FENCE and name:
                return _explored(name.strip())
            return _summary(which, name.split(), root_url)
        block = _find(page, source)
        if language == "table":
            head, *rows = [[_cell(cell) for cell in line.split(" | ")] for line in source.splitlines()]
            return _wrap(_table(head, rows), language, block, root_url)
        code = md.preprocessors["fenced_code_block"].highlight(
            src=source, language=language, options=options, md=md, **kwargs
        )
        code = _CODE.sub(r'<pre><span class="block__code">\1</span></pre>', _PLAIN.sub(r"\1", code))
        return _wrap(code, language, block, root_url)
    except HarnessError as error:
        raise SuperFencesException(f"docs/{page}: {error}") from error


def _cell(text: str) -> str:
    """A cell of a `.table` file: `code`, and *words of the test*, which are no measurement (see `runners.tables`)."""
    cell = re.sub("`([^`]+)`", r"<code>\1</code>", html.escape(text.strip()))
    return re.sub(r"^\*(?![.*])(.+)\*$", r"<em>\1</em>", cell)  # `*.paid.*` is a routing key


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


def _wrap(code: str, language: str, block: blocks.Shown | None, root_url: str) -> str:
    label = attributes = ""
    if block is None:
        status, text = "unverified", "Typed into the page: not verified"
    else:
        status, sentence, entry = report.status(block)
        # Enough to see that another text was rendered; whether it is proven is asked with the whole digest.
        attributes += f' data-sha256="{block.sha256[:12]}" data-source="{block.source}" data-kind="{block.kind}"'
        attributes += _recording(block, root_url)
        label = f'<span class="block__file" data-search-exclude>{html.escape(Path(block.path).name)}</span>'
        text = html.escape(sentence) + _links(block, entry, root_url)
    mark, word = _MARKS[status]
    if block and status == "verified" and block.path in exploration.load() and not exploration.fault_of(block.path):
        word = f"{word}, crash-tested"
    details = (
        f'<details class="proof proof--{status}" data-search-exclude><summary>'
        f'<span class="proof__mark" aria-hidden="true">{mark}</span> {word}</summary><p>{text}</p></details>'
    )
    # In the head of a block of code, beside its file name; a table has no head.
    inside = code + details if language == "table" else label + details + code
    return (
        f'<div class="block language-{language}"{attributes} data-search-exclude data-status="{status}">{inside}</div>'
    )


def _recording(block: blocks.Shown, root_url: str) -> str:
    """The attribute that names the recording of a whole session, if there is one of this very text."""
    file = recording.file_of(ROOT / "snippets" / block.path)
    if block.source != block.path or not block.path.endswith(".console") or not file.exists() or recording.fault(file):
        return ""
    day = datetime.fromtimestamp(recording.header(file)["timestamp"], UTC).date()
    address = f"{root_url}source/snippets/{Path(block.path).with_suffix(blocks.RECORDING).as_posix()}"
    return f' data-recording="{address}" data-recorded="{day}"'


def _links(block: blocks.Shown, entry: Entry | None, root_url: str) -> str:
    """Links to the whole file and to the test that executed it, in the repository or in the site's own copy, and one
    that saves the file."""
    base = os.environ.get(SOURCE_URL, "").rstrip("/")
    lines = f"#L{block.lines[0]}-L{block.lines[-1]}" if base else ""
    own = root_url + "source"
    prefix = base or own
    links = f'<a href="{prefix}/snippets/{block.path}{lines}">whole file</a>'
    links += f' <a href="{own}/snippets/{block.path}" download>download</a>'
    if entry:
        line = f"#L{entry.line}" if base else ""
        links += f' <a href="{prefix}/{entry.test.partition("::")[0]}{line}">test</a>'
    return f' <span class="proof__links">{links}</span>'


def _mark(name: str) -> str:
    """The note under a passage that describes what no test here can execute."""
    entry = report.passage(name)
    return (
        f'<div class="admonition info" id="{blocks.NOT_EXECUTED}-{html.escape(name)}">'
        '<p class="admonition-title">Not executed here</p>'
        f"<p>{html.escape(entry.what)}: {html.escape(entry.reason)}. "
        f'<a href="{html.escape(entry.link)}">Source</a>, checked {entry.checked}.</p></div>'
    )


def _explored(recipe: str) -> str:
    """The sentence under a recipe that says what exploring it proved."""
    result = exploration.proven(recipe)
    return (
        '<p class="explored"><span class="proof__mark" aria-hidden="true">✓</span> '
        f"<strong>Crash-tested.</strong> {html.escape(result.sentence())} "
        f'<span class="explored__when">{html.escape(result.versions())}</span></p>'
    )


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
        shown = blocks.displayed()
        known = report.known()
        proven = [entry for _, block in sorted(shown.items()) if (entry := known.entry(block))]
        if which == "totals":
            return _totals(shown, proven)
        if which == "lanes":
            return _lanes(proven)
        chosen = [e for e in proven if e.source.partition("/")[0] in folders]
        groups = groupby(chosen, key=lambda e: e.source.rpartition("/")[0])
        # Names every tool in every row: it would be the first result of every search.
        return f"<div data-search-exclude>{''.join(_record(folder, list(group)) for folder, group in groups)}</div>"
    if which == "masks":
        return _table(
            ["Mask", "Stands for"],
            [[html.escape(name), html.escape(what)] for name, what, _ in compare.MASKS],
        )
    if which == "retries":
        return _retries()
    if which == blocks.NOT_EXECUTED:
        listed = [
            (f"<code>{html.escape(s)}</code>", "a block", e) for s, e in sorted(exemptions.not_executed().items())
        ]
        first = "" if listed else "<p>Every block on this site has been executed. "
        for name, passage in sorted(exemptions.passages().items()):
            listed.append((html.escape(passage.what), _places(name, root_url), passage))
        if not listed:
            return first + "The list is empty.</p>"
        rows = [
            [
                what,
                where,
                html.escape(found.reason),
                f'<a href="{html.escape(found.link)}">source</a>, {html.escape(str(found.checked))}',
            ]
            for what, where, found in listed
        ]
        first += "What is listed is described in words on the pages named.</p>" if first else ""
        return first + _table(["What", "Where", "Why not", "Source, checked"], rows)
    raise HarnessError(f"no verification table {which!r}: use totals, lanes, masks, retries, blocks or not-executed")


def _retries() -> str:
    rows = [[r.day, r.lane, _name(r.name.split("::")[-1]), html.escape(r.reason)] for r in retries.read()]
    head = ["Day", "Lane", "Test", "Why it failed at first"]
    return _table(head, rows) if rows else "<p>None: every test passed at its first attempt.</p>"


def _record(folder: str, proven: list[Entry]) -> str:
    """What proves the blocks of one folder."""
    rows = [
        [
            _name(entry.source.rpartition("/")[2]),
            _kind(entry),
            html.escape(report.versions(entry)),
            _name(entry.test.split("::")[-1]),
        ]
        for entry in proven
    ]
    table = _table(["Block", "Kind", "Verified on", "Test"], rows, f"<code>{html.escape(folder)}/</code>")
    return f'<div class="record">{table}</div>'


def _kind(entry: Entry) -> str:
    return blocks.KINDS[Path(entry.source.partition(":")[0]).suffix][0]


def _name(text: str) -> str:
    """A name of a file or a test, which may be broken after an underscore."""
    return f"<code>{html.escape(text).replace('_', '_<wbr>')}</code>"


def _totals(shown: dict[str, blocks.Shown], proven: list[Entry]) -> str:
    displayed = Counter(block.kind for block in shown.values())
    verified = Counter(map(_kind, proven))
    rows = [[kind, str(displayed[kind]), str(verified[kind])] for kind in sorted(displayed)]
    rows.append(["<strong>all</strong>", str(displayed.total()), str(verified.total())])
    return _table(["Kind of block", "Shown", "Verified"], rows)


def _lanes(proven: list[Entry]) -> str:
    count = Counter(lane for entry in proven for lane in entry.lanes)
    runs = report.known().runs
    order = {"current": 0, "previous": 1, "oldest": 2}
    rows = [
        [
            lane,
            " · ".join(f"{name} {version}".rstrip() for name, version in sorted(runs[lane].servers.items())),
            runs[lane].python,
            runs[lane].date,
            str(count[lane]),
        ]
        for lane in sorted(count, key=lambda lane: order.get(lane, 9))
    ]
    return _table(["Lane", "Servers", "Python", "Last run", "Blocks verified"], rows)


def _table(head: list[str], rows: list[list[str]], caption: str = "") -> str:
    top = "".join(f"<th>{cell}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    title = f"<caption>{caption}</caption>" if caption else ""
    return f"<table>{title}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
