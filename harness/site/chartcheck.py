"""Compares each chart of a built site with the table that is folded below it.

The built HTML is read and nothing of what drew it is used: what a reader sees in the picture (numbers, names and
lengths) must be what the table says. Each fault is one line.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree

_CHART = re.compile(
    r'<figure class="chart" data-kind="(?P<kind>\w+)" data-scale="(?P<scale>\w+)"[^>]*>'
    r".*?(?P<svg><svg.*?</svg>)</figure>"
    r"(?P<table><details.*?</table>)?",
    re.S,
)
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
ROUNDING = 0.02  # percent of the width; places are written with two digits


def faults(site: Path) -> list[str]:
    """What is wrong with the charts of a built site, one line each."""
    found = []
    for page in sorted(site.rglob("index.html")):
        text = page.read_text(encoding="utf-8")
        found += [f"{page.relative_to(site).as_posix()}: {fault}" for fault in page_faults(text)]
    return found


def page_faults(text: str) -> list[str]:
    """What is wrong with the charts of one page of HTML."""
    found = []
    for number, chart in enumerate(_CHART.finditer(text), 1):
        if not chart["table"]:
            found.append(f"chart {number} has no table below it")
            continue
        head, *rows = [
            [html.unescape(re.sub(r"<[^>]+>", "", cell)) for cell in re.findall(r"<t[hd]>(.*?)</t[hd]>", row, re.S)]
            for row in re.findall(r"<tr>(.*?)</tr>", chart["table"], re.S)
        ]
        groups = [group for group in ElementTree.fromstring(chart["svg"]).iter("g") if "data-row" in group.attrib]
        kind, scale = chart["kind"], chart["scale"]
        found += [f"chart {number} ({head[0]}): {fault}" for fault in _compare(kind, scale, rows, groups)]
    return found


def _compare(
    kind: str, scale: str, rows: Sequence[Sequence[str]], groups: Sequence[ElementTree.Element]
) -> Iterator[str]:
    if len(rows) != len(groups):
        yield f"the table has {len(rows)} rows, the picture {len(groups)}"
        return
    points: list[tuple[float, float]] = []  # value in the table, place in the picture
    left = list(groups)
    for row in rows:
        mine = next((group for group in left if _names(group, row[0])), None)
        if mine is None:
            yield f"the picture has no row {row[0]!r}"
            continue
        left.remove(mine)
        yield from _row(kind, row, mine, points)
    yield from _places(scale, points)


def _label(group: ElementTree.Element) -> str:
    return next(group.iter("text")).text or ""


def _names(group: ElementTree.Element, name: str) -> bool:
    """Whether a row of the picture has the name of one of the table, with or without that row's second cell."""
    return f"{_label(group)}, ".startswith(f"{name}, ")


def _row(kind: str, row: Sequence[str], group: ElementTree.Element, points: list[tuple[float, float]]) -> Iterator[str]:
    """Compare the numbers that stand in a row; add its places to `points`."""
    cells = [cell for cell in row[1:] if _NUMBER.match(cell.removeprefix("counted: "))]
    shown = [text.text or "" for text in group.iter("text")][1:]
    if kind == "spans":
        began, took = (_numbers(cell)[0] for cell in cells)
        bar = next(group.iter("rect"))
        points += [(began, _percent(bar, "x")), (took, _percent(bar, "width"))]
        cells = cells[1:]
    for words in shown:
        if words not in [cell.removeprefix("counted: ").partition(" (")[0] for cell in cells]:
            yield f"the row {row[0]!r} shows {words!r}, the table {', '.join(cells)}"
    if kind == "spans":
        return
    drawn = [cell for cell in cells if cell.removeprefix("counted: ").partition(" (")[0] in shown]
    bars, dots, lines = (list(group.iter(name)) for name in ("rect", "circle", "line"))
    if len(shown) != len(bars if kind == "bars" else dots):
        yield f"the row {row[0]!r} has {len(shown)} numbers, but not as many marks"
        return
    for at, cell in enumerate(drawn):
        value, *ends = _numbers(cell)
        if kind == "bars":
            points.append((value, _percent(bars[at], "width")))
            continue
        points.append((value, _percent(dots[at], "cx")))
        low, high = ends or (value, value)
        points += [(low, _percent(lines[at], "x1")), (high, _percent(lines[at], "x2"))]


def _numbers(cell: str) -> list[float]:
    return [float(number.replace(",", "")) for number in _NUMBER.findall(cell)]


def _percent(mark: ElementTree.Element, name: str) -> float:
    return float(mark.attrib[name].removesuffix("%"))


def _places(scale: str, points: Iterable[tuple[float, float]]) -> Iterator[str]:
    """Whether all places follow one scale, which the two ends give."""
    known = sorted((math.log(value) if scale == "log" else value, place, value) for value, place in points)
    if not known:
        yield "the picture shows no number"
        return
    (low, start, _), (high, end, _) = (known[0] if scale == "log" else (0.0, 0.0, 0.0)), known[-1]
    for at, place, value in known:
        expected = start + (end - start) * (at - low) / (high - low) if high > low else start
        if abs(place - expected) > ROUNDING:
            yield f"{value:g} is drawn at {place:g} %, not at {expected:.2f} %"
