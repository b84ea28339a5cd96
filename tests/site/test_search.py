"""The search fetches nothing before a reader wants it, and leads from error texts and questions to their answer."""

from __future__ import annotations

import html
import json
import re
import statistics
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness import ROOT
from harness.site import browsercheck

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

INDEX = "search/search_index.json"
WORKER = "workers/search."
QUERIES = tomllib.loads((ROOT / "tests" / "site" / "searches.toml").read_text(encoding="utf-8"))
FIRST, AMONG_THREE = {"reviewed": 0.9, "ours": 0.85}, {"reviewed": 0.98, "ours": 0.95}  # shares that must be reached

# Types a text as a whole, as a paste does, waits for the answer to it, and gives the milliseconds that took and the
# results in their order: of each the entry that Enter would open, by the theme's rule (the highest score).
ASK = """async ([text, clear]) => {
    const input = document.querySelector(".md-search__input");
    const list = document.querySelector(".md-search-result__list");
    const put = (value) => {
        input.value = value;
        input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    };
    put(clear);
    while (list.childElementCount) await new Promise((done) => setTimeout(done, 5));
    const answered = new Promise((done) => new MutationObserver((_, observer) => {
        if (list.childElementCount) { observer.disconnect(); done(performance.now()); }
    }).observe(list, { childList: true }));
    const asked = performance.now();
    put(text);
    const none = new Promise((done) => setTimeout(done, 20000));
    const took = (await Promise.race([answered, none])) - asked;
    const score = (link) => parseFloat(link.firstElementChild.dataset.mdScore);
    const results = [...list.children].map((item) => {
        const [best] = [...item.querySelectorAll(":scope > a")].sort((one, other) => score(other) - score(one));
        return { href: best.href, score: score(best), title: best.querySelector("h1, h2").textContent };
    });
    return [took, results];
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, base_url: str) -> Iterator[Page]:
    """One open page, with the search in use."""
    with browsercheck.visit(browser, base_url) as seen:
        seen.page.locator(".md-search__input").focus()
        seen.page.evaluate(ASK, ["redis", ""])
        yield seen.page


def entries(site: Path) -> list[dict[str, str]]:
    """The search index."""
    return json.loads((site / INDEX).read_text(encoding="utf-8"))["docs"]


def plain(title: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", title))


def requested(seen: browsercheck.Visit) -> list[str]:
    """The addresses that the page asks for from here on."""
    found: list[str] = []
    seen.page.on("request", lambda request: found.append(request.url))
    return found


def test_index_and_engine_are_fetched_when_the_reader_reaches_for_the_search(browser, base_url: str) -> None:
    with browsercheck.visit(browser, base_url) as seen:
        found = requested(seen)
        seen.goto(f"{base_url}redis/start/")
        seen.page.wait_for_load_state("networkidle")
        assert any("/bundle." in address for address in found), "the theme's script, which asks for both, has not run"
        assert not any(INDEX in address for address in found)
        with seen.page.expect_request(f"**/{INDEX}"):
            seen.page.keyboard.press("/")
        seen.page.keyboard.type("canvas")
        link = seen.page.locator(".md-search-result__link").first
        link.wait_for(timeout=browsercheck.DEADLINE)
        seen.page.keyboard.press("Enter")
        seen.page.wait_for_url("**/celery/canvas/**")


def test_link_that_carries_a_search_shows_its_results(browser, base_url: str) -> None:
    with browsercheck.visit(browser, f"{base_url}?q=WRONGTYPE") as seen:
        seen.page.locator(".md-search-result__link").first.wait_for(timeout=browsercheck.DEADLINE)


def test_text_that_is_pasted_with_the_mouse_is_searched(browser, base_url: str) -> None:
    with browsercheck.visit(browser, base_url) as seen:
        page = seen.page
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.evaluate("navigator.clipboard.writeText('Received unregistered task')")
        page.mouse.click(1130, 26)  # no key is pressed from here on
        browsercheck.until(page, "() => document.activeElement.matches('.md-search__input')")
        page.evaluate("document.execCommand('insertText', false, 'Received unregistered task')")
        row = page.locator(".md-search-result__link", has_text="Received unregistered task").first
        row.wait_for(timeout=browsercheck.DEADLINE)
        row.click()
        page.wait_for_url("**/symptoms/celery/#received-unregistered-task*")
        heading = page.locator("h3:target")
        box = heading.bounding_box()
        assert box, "the page opens at the row"
        assert 0 <= box["y"] < browsercheck.WIDE["height"] / 2, box


@pytest.mark.timeout(600)
def test_every_error_text_is_its_own_first_hit(page: Page, site: Path) -> None:
    rows = [entry for entry in entries(site) if re.match(r"symptoms/(\w+/)?#", entry["location"])]
    texts = {plain(entry["title"]) for entry in rows if "<code>" in entry["title"]}
    assert len(texts) > 200
    faults = []
    for text in sorted(texts):
        _, results = page.evaluate(ASK, [text, ""])
        first = max(results, key=lambda result: result["score"], default=None)
        if first is None or first["title"] != text or "symptoms/" not in first["href"]:
            faults.append(f"{text!r}: {first and first['href']}")
    assert not faults, "\n".join(faults)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", QUERIES)
def test_questions_lead_to_their_page(page: Page, base_url: str, kind: str) -> None:
    faults, times, ranks = [], [], []
    for text, wanted in QUERIES[kind].items():
        took, results = page.evaluate(ASK, [text, ""])
        addresses = [result["href"].removeprefix(base_url) for result in results]
        hits = [number for number, one in enumerate(addresses, 1) if one.startswith(tuple(wanted))]
        ranks.append(hits[0] if hits else 99)
        times.append(took)
        if ranks[-1] > 1:
            faults.append(f"{ranks[-1]:3} {text!r}: {addresses[:3]}")
    first = sum(rank == 1 for rank in ranks) / len(ranks)
    three = sum(rank <= 3 for rank in ranks) / len(ranks)
    # The time depends on the machine and what else it does: it is printed, not asserted.
    print(f"{kind}: {len(ranks)} questions, first {first:.0%}, among three {three:.0%}; ", end="")
    print(f"{statistics.median(times):.0f} ms to the first result, slowest {max(times):.0f} ms")
    print("\n".join(faults))
    assert first >= FIRST[kind], "\n".join(faults)
    assert three >= AMONG_THREE[kind], "\n".join(faults)


def test_each_error_is_an_entry_and_tables_about_the_tests_are_none(site: Path) -> None:
    found = {entry["location"] for entry in entries(site)}
    assert not [one for one in found if one.startswith("record/")]
    assert "how-tested/#the-whole-record" not in found
    titles = {entry["title"] for entry in entries(site)}
    assert not titles & {"Check yourself", "Read next"}
    assert {"When it breaks", "Common mistakes"} <= titles
    headings = [
        line
        for file in (ROOT / "docs" / "symptoms.md", *(ROOT / "docs" / "symptoms").glob("*.md"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.startswith("### ")
    ]
    rows = [one for one in found if re.match(r"symptoms/(\w+/)?#", one)]
    assert len(rows) > len(headings) > 200, "each error and each section"
