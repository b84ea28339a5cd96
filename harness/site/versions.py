"""The tables of the page *Versions*: what the record was made with, and what the makers say of their versions.

A `verification` fence that says `versions NAME` is replaced by one of them. What the makers say is in
`overrides/versions.toml`, each entry with its source and the day of the text that was read.
"""

from __future__ import annotations

import datetime
import html
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from harness import ROOT, HarnessError
from harness.proof import report

FENCE = "versions"
DATA = "overrides/versions.toml"
LANES = ("current", "previous", "oldest")
_HEADS = {
    "support": ("product", "series", "ends", "patched"),
    "advisory": ("product", "published", "what", "fixed"),
    "pair": ("guide", "package", "needs", "note"),
    "addition": ("since", "name", "use", "here"),
}
_MARKUP = re.compile(r"`([^`]+)`|\[([^\]]+)\]\((https://[^)\s]+)\)")
Table = tuple[list[str], list[list[str]]]  # the head and the rows; cells may hold `code` and [links](https://…)


def entries(root: Path = ROOT) -> dict[str, list[Mapping[str, Any]]]:
    """What the makers say, by kind. Raises HarnessError for an entry that lacks a field, a source or a date."""
    content: dict[str, list[Mapping[str, Any]]] = tomllib.loads((root / DATA).read_text(encoding="utf-8"))
    if content.keys() != _HEADS.keys():
        raise HarnessError(f"{DATA}: has {', '.join(content)}: it needs {', '.join(_HEADS)}")
    for kind, listed in content.items():
        for entry in listed:
            if entry.keys() != {*_HEADS[kind], "source", "read"}:
                raise HarnessError(f"{DATA}: [[{kind}]] {dict(entry)}: needs {', '.join(_HEADS[kind])}, source, read")
            if not str(entry["source"]).startswith("https://") or type(entry["read"]) is not datetime.date:
                raise HarnessError(f"{DATA}: [[{kind}]] {dict(entry)}: `source` is an address, `read` a date")
    return content


def html_table(name: str) -> str:
    """The table in HTML. Raises HarnessError for a name that is not one of TABLES."""
    head, rows = _table(name)
    lines = ["".join(f"<td>{_html(cell)}</td>" for cell in row) for row in rows]
    top = "".join(f"<th>{_html(cell)}</th>" for cell in head)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def markdown_table(name: str) -> Iterator[str]:
    """The lines of the table in Markdown. Raises HarnessError for a name that is not one of TABLES."""
    head, rows = _table(name)
    for row in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(row)} |"


def _table(name: str) -> Table:
    try:
        return TABLES[name]()
    except KeyError:
        raise HarnessError(f"no table of versions {name!r}: use {', '.join(TABLES)}") from None


def _html(cell: str) -> str:
    return _MARKUP.sub(
        lambda at: f"<code>{at[1]}</code>" if at[1] else f'<a href="{at[3]}">{at[2]}</a>', html.escape(cell)
    )


def _servers() -> Table:
    runs = report.known().runs
    rows = [
        [
            f"`{lane}`",
            *(runs[lane].servers.get(server, "") for server in ("Redis", "RabbitMQ", "Bugsink")),
            runs[lane].python,
            runs[lane].date,
        ]
        for lane in LANES
        if lane in runs
    ]
    return ["Lane", "Redis", "RabbitMQ", "Bugsink", "Python", "Last run"], rows


def _clients() -> Table:
    runs = report.known().runs
    lanes = [lane for lane in LANES if lane in runs]
    names = sorted({name for lane in lanes for name in runs[lane].clients}, key=str.lower)
    rows = [
        [report.NAMES.get(name, name), *(runs[lane].clients.get(name, "not used") for lane in lanes)] for name in names
    ]
    return ["Client", *(f"`{lane}`" for lane in lanes)], rows


def _listed(kind: str, *head: str) -> Callable[[], Table]:
    def table() -> Table:
        rows = [
            [*(str(entry[field]) for field in _HEADS[kind]), f"[source]({entry['source']}), {entry['read']}"]
            for entry in entries()[kind]
        ]
        return [*head, "Source, as of"], rows

    return table


def _pairs() -> Table:
    head, rows = _listed("pair", "Guide", "Package", "Needs", "Note")()
    return head, [[guide, package, f"`{needs}`", note, source] for guide, package, needs, note, source in rows]


TABLES: dict[str, Callable[[], Table]] = {
    "servers": _servers,
    "clients": _clients,
    "support": _listed("support", "Server", "Series", "Supported until", "Newest security fixes in"),
    "advisories": _listed("advisory", "Server", "Published", "Flaw", "Fixed in"),
    "pairs": _pairs,
    "additions": _listed("addition", "Since Redis", "New", "Use", "With our servers"),
}
