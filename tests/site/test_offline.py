"""Without network: what was opened before can be read, the search that was used works, and the rest is explained."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.site import browsercheck

if TYPE_CHECKING:
    from harness.site.browsercheck import Visit

FIRST, SECOND, NEVER = "redis/start/", "celery/start/", "rabbitmq/streams/"


@pytest.fixture
def host(site: Path, tmp_path: Path) -> Path:
    """A host of the site, whose files a test may change."""
    folder = tmp_path / "host"
    shutil.copytree(site, folder, ignore=shutil.ignore_patterns("source"))
    return folder


@pytest.fixture
def address(host: Path) -> Iterator[str]:
    with browsercheck.serve(host) as url:
        yield url


def kept(seen: Visit, url: str) -> None:
    """Wait until the page is kept with all that it has loaded, and the next one will be, too."""
    stored = """async (url) => {
        if (!navigator.serviceWorker.controller) return false;
        const loaded = performance.getEntriesByType("resource").map(({ name }) => name.split(/[?#]/)[0]);
        const own = [url, ...loaded.filter((name) => name.startsWith(location.origin))];
        return (await Promise.all(own.map((name) => caches.match(name, { ignoreSearch: true })))).every(Boolean);
    }"""
    browsercheck.until(seen.page, stored, url)


def found(seen: Visit, text: str) -> str:
    """What the search answers first."""
    seen.page.fill(".md-search__input", text)
    link = seen.page.locator(f".md-search-result__link[href*='{text.lower()}']").first
    link.wait_for(state="attached", timeout=browsercheck.DEADLINE)
    return str(link.get_attribute("href"))


def look(seen: Visit) -> dict[str, object]:
    """The text of the page, and whether its styles and scripts are there."""
    return seen.page.evaluate(
        """() => ({
            text: document.querySelector("main article").innerText,
            colour: getComputedStyle(document.querySelector(".md-header")).backgroundColor,
            copies: document.querySelectorAll(".block__copy").length,
        })"""
    )


def test_opened_pages_are_read_and_searched_without_network(browser, address: str) -> None:
    with browsercheck.visit(browser, address + FIRST, worker=True) as seen:
        first = look(seen)
        kept(seen, address + FIRST)
        seen.goto(address + SECOND)
        kept(seen, address + SECOND)
        second = look(seen)
        answer = found(seen, "WRONGTYPE")
        kept(seen, address + SECOND)  # with the index of the search
        seen.page.context.set_offline(True)
        seen.goto(address + FIRST)
        assert look(seen) == first
        assert first["copies"]
        seen.goto(address + SECOND)
        assert look(seen) == second
        assert found(seen, "WRONGTYPE") == answer
        # That there is no network shows on a page that was never opened: the answer leads to those that were.
        seen.goto(address + NEVER)
        assert seen.page.locator("h1").inner_text() == "You are offline"
        assert not browsercheck.axe_violations(seen.page)
        assert seen.page.locator("main li").count() == 2
        seen.page.locator(f"main a[href='/{FIRST}']").click()
        browsercheck.until(seen.page, "() => document.querySelector('.block__copy')")  # its scripts have run
        assert look(seen) == first
        assert not seen.foreign
        seen.page.context.set_offline(False)
        seen.goto(address + NEVER)
        assert seen.page.locator("main .block").first.is_visible()


def test_who_has_network_never_gets_a_former_page(browser, host: Path, address: str) -> None:
    page, script = host / FIRST / "index.html", host / "assets" / "guide.js"
    with browsercheck.visit(browser, address + FIRST, worker=True) as seen:
        kept(seen, address + FIRST)
        page.write_text(page.read_text(encoding="utf-8").replace("<h1", "<h1 data-edition='2'"), encoding="utf-8")
        script.write_text(f"{script.read_text(encoding='utf-8')}\nwindow.edition = 2;", encoding="utf-8")
        seen.goto(address + FIRST)
        heading = seen.page.locator("main h1")
        assert heading.get_attribute("data-edition") == "2"
        assert seen.page.evaluate("window.edition") == 2


def test_nothing_is_fetched_for_it_that_the_page_did_not_need(browser, address: str) -> None:
    with browsercheck.visit(browser, address + FIRST, worker=True) as seen:
        needed = set(
            seen.page.evaluate("() => performance.getEntriesByType('resource').map((one) => one.name.split('?')[0])")
        )
        needed |= {address + FIRST, f"{address}assets/favicon.svg"}  # which a browser fetches when it likes to
        kept(seen, address + FIRST)
        stored = seen.page.evaluate(
            "async () => (await (await caches.open('guide')).keys()).map((one) => one.url.split('?')[0])"
        )
        assert set(stored) <= needed
