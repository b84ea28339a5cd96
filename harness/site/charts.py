"""Draws a table that a run made as an SVG, at build time and from the table itself, so that there is no second copy.

A fence asks for it: ```table chart="bars"```. The kinds are "bars" (a value in each cell), "range" (a median with its
lowest and highest value) and "spans" (when something began, and how long it took). `scale="log"` is for values that
differ by more than a power of ten. `group="yes"` puts rows with the same second column together. `column="…"` names the
only column to draw, and `title="…"` says what one sees. The table is folded below the picture.

The picture has no size of its own: places are percentages, letters are pixels. So it fills a desktop, and is legible on
a phone. It takes the colors of the page, and weighs nothing on other pages. `chartcheck` compares it with the table.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from harness import HarnessError

KINDS = ("bars", "range", "spans")
OPTIONS = ("chart", "scale", "group", "column", "title")
PLOT = 80  # percent of the width; values stand in the rest
INK = "var(--guide-ink)"
MUTED = "var(--guide-muted)"
SERIES = ("var(--guide-link)", "var(--guide-warn)", "var(--guide-good)")
_CELL = re.compile(
    r"(?:counted: )?(?P<shown>(?P<value>\d[\d,]*(?:\.\d+)?)(?: ?(?:×|ms|s|%))?)"
    r"(?: \((?P<low>\d[\d.]*) × to (?P<high>\d[\d.]*) ×\))?"
)


@dataclass(frozen=True)
class Value:
    """One cell that holds a number: as it is shown, and as it is drawn."""

    shown: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Row:
    label: str
    group: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Table:
    title: str
    series: tuple[str, ...]
    rows: tuple[Row, ...]


def number(cell: str) -> Value | None:
    """The number that a cell holds, or None for words."""
    found = _CELL.fullmatch(cell.strip())
    if not found:
        return None
    value = float(found["value"].replace(",", ""))
    return Value(found["shown"], value, float(found["low"] or value), float(found["high"] or value))


def read(source: str, grouped: bool, column: str = "") -> Table:
    """The rows of a `.table` file, with all columns of numbers or only the one that is named.

    Raises HarnessError when it holds no such column.
    """
    head, *lines = [[cell.strip().replace("`", "") for cell in line.split(" | ")] for line in source.splitlines()]
    cells = [[number(cell) for cell in line] for line in lines]
    numbers_in = [at for at in range(1, len(head)) if all(row[at] for row in cells)]
    columns = [at for at in numbers_in if column in ("", head[at])]
    if not columns:
        raise HarnessError(
            f"the table {head[0]!r} has no column {column!r} that holds a number in each row: it cannot be drawn"
        )
    first = numbers_in[0]
    rows = []
    for line, numbers in zip(lines, cells, strict=True):
        label, group = (line[0], f"{head[1]}: {line[1]}") if grouped and first > 1 else (", ".join(line[:first]), "")
        rows.append(Row(label, group, tuple(value for at in columns if (value := numbers[at]))))
    order = list(dict.fromkeys(row.group for row in rows))
    rows.sort(key=lambda row: order.index(row.group))
    return Table(head[0], tuple(head[at] for at in columns), tuple(rows))


@dataclass(frozen=True)
class Scale:
    """Where a value lies, in percent of the width, and the values that the axis names."""

    place: Callable[[float], float]
    ticks: tuple[float, ...]


def scale(low: float, high: float, logarithmic: bool) -> Scale:
    """From `low` (0 when the scale is not logarithmic) to `high`."""
    if not logarithmic:
        step = next(s for e in range(-6, 12) for f in (1, 2, 5) if high / (s := f * 10.0**e) <= 5)
        return Scale(lambda value: PLOT * value / high, tuple(step * n for n in range(int(high / step) + 1)))
    if low <= 0:
        raise HarnessError("a logarithmic scale has no place for zero: leave out scale")
    start = low / 1.15
    span = math.log(high / start)
    steps = [f * 10.0**e for e in range(-9, 12) for f in (1, 2, 5)]
    ticks = tuple(step for step in steps if start <= step <= high)
    return Scale(lambda value: PLOT * math.log(value / start) / span, ticks)


def _text(words: str, y: int, *, x: str = "0", dx: int = 0, size: int = 13, style: str = "") -> str:
    moved = f' dx="{dx}"' if dx else ""
    return f'<text x="{x}" y="{y}"{moved} font-size="{size}" style="fill:{INK};{style}">{html.escape(words)}</text>'


def _mark(kind: str, row: Row, at: int, y: int, where: Scale) -> list[str]:
    """One value of a row: the shape, and the number beside it."""
    value, color = row.values[at], SERIES[at % len(SERIES)]
    low, middle, high = (where.place(number) for number in (value.low, value.value, value.high))
    if kind == "bars":
        return [f'<rect x="0" y="{y}" width="{middle:.2f}%" height="10" style="fill:{color}"/>']
    hollow = f"fill:var(--guide-paper);stroke:{color};stroke-width:2" if at else f"fill:{color}"
    return [
        f'<line x1="{low:.2f}%" x2="{high:.2f}%" y1="{y + 5}" y2="{y + 5}" style="stroke:{color};stroke-width:3"/>',
        f'<circle cx="{middle:.2f}%" cy="{y + 5}" r="4.5" style="{hollow}"/>',
    ]


def draw(table: Table, kind: str, logarithmic: bool, title: str) -> str:
    """The picture of a table. Raises HarnessError when it does not have what the kind needs."""
    parts: list[str] = []
    values = [value for row in table.rows for value in row.values]
    if kind == "spans":
        if len(table.series) != 2:
            raise HarnessError(f"{table.title!r} needs two columns of numbers: when it began, how long it took")
        where = scale(0, max(row.values[0].value + row.values[1].value for row in table.rows), False)
    else:
        where = scale(min(value.low for value in values), max(value.high for value in values), logarithmic)
    y = 0
    if len(table.series) > 1 and kind != "spans":
        for at, name in enumerate(table.series):
            shape = f"fill:var(--guide-paper);stroke:{SERIES[at % 3]};stroke-width:2" if at else f"fill:{SERIES[0]}"
            parts.append(f'<g><circle cx="6" cy="{y + 10}" r="4.5" style="{shape}"/>')
            parts.append(_text(name, y + 14, x="16") + "</g>")
            y += 20
        y += 6
    top, group = y, ""
    for row in table.rows:
        if row.group != group:
            group = row.group
            parts.append(_text(group, y + 20, style="font-weight:700"))
            y += 26
        parts.append(f'<g data-row="{html.escape(row.label)}">{_text(row.label, y + 14)}')
        y += 19
        if kind == "spans":
            began, took = row.values
            start, width = where.place(began.value), where.place(took.value)
            parts.append(
                f'<rect x="{start:.2f}%" y="{y}" width="{width:.2f}%" height="10" '
                f'style="fill:{SERIES[0]};stroke:{SERIES[0]};stroke-width:1"/>'
            )
            parts.append(_text(took.shown, y + 9, x=f"{start + width:.2f}%", dx=6, size=12))
            y += 16
        for at, value in enumerate(row.values if kind != "spans" else ()):
            parts += _mark(kind, row, at, y, where)
            end = where.place(max(value.high, value.value))
            parts.append(_text(value.shown, y + 9, x=f"{end:.2f}%", dx=9, size=12))
            y += 16
        parts.append("</g>")
        y += 8
    grid = ""
    if kind != "bars":
        unit = re.sub(r"^[\d.,]+", "", values[-1].shown)
        grid, y = _grid(where, unit, top, y)
    name = html.escape(f"Chart: {title}. Its numbers are in the table below.")
    return (
        f'<svg role="img" aria-label="{name}" width="100%" height="{y}" style="height:{y}px;overflow:visible" '
        f'font-family="inherit">{grid}{"".join(parts)}</svg>'
    )


def _grid(where: Scale, unit: str, top: int, y: int) -> tuple[str, int]:
    parts = []
    last = -100.0
    for tick in where.ticks:
        place = where.place(tick)
        if place - last < 9:  # names of neighbors would touch
            continue
        last = place
        parts.append(
            f'<line x1="{place:.2f}%" x2="{place:.2f}%" y1="{top}" y2="{y}" style="stroke:var(--guide-line)"/>'
            + _text(
                f"{tick:g}{unit}", y + 14, x=f"{place:.2f}%", size=12,
                style=f"fill:{MUTED};text-anchor:{'start' if place < 3 else 'middle'}",
            )
        )  # fmt: skip
    return f"<g>{''.join(parts)}</g>", y + 18


def figure(source: str, options: dict[str, str], table_html: str, date: str) -> str:
    """What stands in a table's place: the picture, what it shows and when that was measured, and the table, folded.

    options: those of the fence. date: ISO, or "" when no run has proven the table. Raises HarnessError for a table that
    cannot be drawn so, and for an option that is none.
    """
    kind = options["chart"]
    if kind not in KINDS or options.get("scale", "log") != "log" or options.get("group", "yes") != "yes":
        raise HarnessError(f'{options}: use chart={" or ".join(map(repr, KINDS))}, scale="log", group="yes"')
    table = read(source, "group" in options, options.get("column", ""))
    logarithmic = "scale" in options
    title = options.get("title", table.series[0])
    said = f"<strong>{html.escape(title)}.</strong> "
    said += "Logarithmic scale. " if logarithmic else ""
    said += f'Measured <time datetime="{date}">{date}</time>.' if date else "Not verified yet."
    drawn = f'data-kind="{kind}" data-scale="{"log" if logarithmic else "linear"}"'
    return (
        f'<figure class="chart" {drawn} data-search-exclude>'
        f"<figcaption>{said}</figcaption>{draw(table, kind, logarithmic, title)}</figure>"
        f'<details class="example" data-search-exclude><summary>The numbers as a table</summary>{table_html}</details>'
    )
