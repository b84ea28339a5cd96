"""The theme's script starts when the reader first does something, and hears of what they did before it came."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from harness import browsercheck

PAGE = "celery/start/"  # it has tabs
STARTED = "() => document.querySelector('#theme-script[data-state]')"
DEEDS: dict[str, Callable[[Page], None]] = {
    "the pointer moves": lambda page: page.mouse.move(5, 5),
    "a finger touches": lambda page: page.touchscreen.tap(5, 300),
    "a key goes down": lambda page: page.keyboard.press("Shift"),
    "the page scrolls": lambda page: page.evaluate("scrollBy(0, 200)"),
    "a screen reader presses a button": lambda page: page.locator(".block__copy").first.evaluate("(it) => it.click()"),
}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page of a browser that has a touch screen, too."""
    context = browser.new_context(has_touch=True)
    context.set_default_timeout(browsercheck.DEADLINE)
    yield context.new_page()
    context.close()


def fetched(page: Page) -> bool:
    """Whether the theme's script has been asked for."""
    names = page.evaluate("() => performance.getEntriesByType('resource').map((one) => one.name)")
    assert any("assets/guide.js" in name for name in names), f"nothing is seen to be fetched: {names}"
    return any("/bundle." in name for name in names)


def stands(page: Page, url: str) -> None:
    """Open a page, and let it come to rest with nobody there."""
    page.goto(url, wait_until="load")
    browsercheck.until(page, "() => document.querySelector('.block pre[tabindex]')")  # what guide.js does last
    browsercheck.settle(page)


@pytest.mark.parametrize("deed", DEEDS)
def test_a_page_that_nobody_touches_runs_no_theme(page: Page, base_url: str, deed: str) -> None:
    stands(page, base_url + PAGE)
    assert not fetched(page)
    DEEDS[deed](page)
    browsercheck.until(page, STARTED)
    assert fetched(page)


def test_words_that_were_searched_are_marked_at_once(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}{PAGE}?h=worker")
    browsercheck.until(page, "() => document.querySelector('main mark')")


def test_the_first_key_counts(page: Page, base_url: str) -> None:
    stands(page, base_url + PAGE)
    page.keyboard.press("/")
    browsercheck.until(page, "() => document.activeElement.matches('.md-search__input')")


def test_a_tab_that_was_chosen_before_is_kept(page: Page, base_url: str) -> None:
    stands(page, base_url + PAGE)
    # By a click and nothing else: a pointer would have moved there.
    chosen = page.locator(".tabbed-set input:not(:checked)").first
    name = chosen.evaluate("(it) => (it.click(), document.querySelector(`label[for=${it.id}]`).innerText.trim())")
    browsercheck.until(page, STARTED)
    assert page.evaluate("__md_get('__tabs')") == [name]
