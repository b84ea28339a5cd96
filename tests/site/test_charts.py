"""Charts are drawn from the tables that a run made: they say what the tables say, and can be read everywhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness import HarnessError
from harness.site import browsercheck, chartcheck, charts

CHARTS = {
    "compare/measured/": 3,
    "rabbitmq/publishing/": 1,
    "redis/data-types/": 2,
    "redis/memory/": 1,
    "redis/persistence/": 1,
    "sentry/browser/": 1,
    "sentry/custom-spans/": 2,
    "sentry/tracing/": 1,
}
RANGES = """Way | Rate (lowest to highest)
fast | 10.0 × (8.0 × to 20.0 ×)
slow | 1.0 × (0.9 × to 1.5 ×)"""
TABLE = "<table><tr><th>Way</th><th>Rate</th></tr>{}</table>"


def drawn(source: str = RANGES, **options: str) -> str:
    """A chart and its table as they would stand on a page."""
    rows = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in line.split(" | ")) + "</tr>" for line in source.splitlines()[1:]
    )
    return charts.figure(source, {"chart": "range", **options}, TABLE.format(rows), "2026-01-02")


def test_charts_of_the_site_say_what_their_tables_say(site: Path) -> None:
    found = {
        page.parent.relative_to(site).as_posix() + "/": number
        for page in site.rglob("index.html")
        if (number := page.read_text(encoding="utf-8").count('<figure class="chart"'))
    }
    assert found == CHARTS, "each page with a chart has its place in CHARTS, and no other page has the bytes of one"
    assert chartcheck.faults(site) == []


@pytest.mark.parametrize("options", [{}, {"scale": "log"}])
@pytest.mark.parametrize(
    ("what", "old", "new"),
    [
        ("a number of the table", "<td>10.0 × (8.0 ×", "<td>12.0 × (8.0 ×"),
        ("an end of a range in the table", "to 20.0 ×)", "to 18.0 ×)"),
        ("a name in the table", "<td>slow", "<td>slower"),
        ("a number beside a mark", ">10.0 ×</text>", ">11.0 ×</text>"),
        ("a name in the picture", ">fast</text>", ">slow</text>"),
        ("the place of a mark", re.compile(r'cx="[\d.]+%"'), 'cx="50.00%"'),
        ("the length of a line", re.compile(r'x2="80.00%" y1="2'), 'x2="70.00%" y1="2'),
        ("a row", re.compile(r"<tr><td>slow.*?</tr>"), ""),
    ],
)
def test_whatever_is_changed_in_picture_or_table_is_found(
    what: str, old: str | re.Pattern[str], new: str, options: dict[str, str]
) -> None:
    text = drawn(**options)
    assert chartcheck.page_faults(text) == []
    changed = text.replace(old, new, 1) if isinstance(old, str) else old.sub(new, text, count=1)
    assert changed != text, what
    assert chartcheck.page_faults(changed), what


def test_changed_length_of_a_bar_or_a_span_is_found() -> None:
    bars = drawn("Way | Bytes\nfast | 3,128\nslow | 72", chart="bars")
    spans = drawn("Span | After | Takes\nweb | 0.0 ms | 10.0 ms\nredis | 2.0 ms | 4.0 ms", chart="spans")
    for text in (bars, spans):
        assert chartcheck.page_faults(text) == []
        assert chartcheck.page_faults(re.sub(r'width="(\d+)\.(\d+)%"', r'width="1.\2%"', text, count=1))


def test_chart_whose_table_is_missing_is_found() -> None:
    assert chartcheck.page_faults(drawn().partition("<details")[0]) == ["chart 1 has no table below it"]


def test_table_of_words_is_not_drawn() -> None:
    with pytest.raises(HarnessError, match="'Way' has no column '' that holds a number in each row"):
        drawn("Way | Answer\nfast | yes\nslow | 1")
    with pytest.raises(HarnessError, match="no column 'Bytes'"):
        drawn(column="Bytes")
    with pytest.raises(HarnessError, match="use chart="):
        drawn(chart="pie")


def test_picture_shows_the_day_on_which_its_numbers_were_measured(site: Path) -> None:
    assert 'Measured <time datetime="2026-01-02">' in drawn()
    assert "Not verified yet." in charts.figure(RANGES, {"chart": "range"}, "", "")
    for page in CHARTS:
        text = (site / page / "index.html").read_text(encoding="utf-8")
        for caption in re.findall(r"<figcaption>(.*?)</figcaption>", text):
            assert re.search(r'Measured <time datetime="(20\d\d-\d\d-\d\d)">\1</time>\.$', caption), (page, caption)


LOOK = """() => [...document.querySelectorAll("figure.chart svg")].flatMap((svg) => {
    const frame = svg.getBoundingClientRect();
    return [...svg.querySelectorAll("text")].map((text) => {
        const box = text.getBoundingClientRect();
        return {
            words: text.textContent,
            size: parseFloat(getComputedStyle(text).fontSize),
            outside: Math.max(frame.left - box.left, box.right - frame.right, box.bottom - frame.bottom - 2),
            ink: getComputedStyle(text).fill,
        };
    });
})"""


@pytest.mark.parametrize("page", CHARTS)
def test_charts_are_legible_on_a_phone_in_light_and_dark(browser, base_url: str, page: str) -> None:
    inks = []
    for scheme in ("light", "dark"):
        size = {"width": 360, "height": 740}
        with browsercheck.visit(
            browser, base_url + page, size=size, scheme=scheme, javascript=scheme == "dark"
        ) as seen:
            texts = seen.page.evaluate(LOOK)
            assert len(texts) > 5, "the picture is there without scripts, too"
            assert not [text for text in texts if text["size"] < 12]
            assert not [text for text in texts if text["outside"] > 1], "letters outside of the picture"
            inks.append({text["ink"] for text in texts})
            table = seen.page.locator("figure.chart + details table").first
            assert not table.is_visible()
            seen.page.locator("figure.chart + details > summary").first.click()
            assert table.is_visible()
    assert inks[0].isdisjoint(inks[1]), "dark pages have light letters"
