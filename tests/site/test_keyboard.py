"""The site without a mouse: skip link, menu, search and copying are all within reach of keys."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from harness.site import browsercheck, sitecheck

FOCUSED = "document.activeElement"


def tab_to(page: Page, selector: str, limit: int = 150) -> int:
    """Press Tab until an element that matches `selector` has the focus; gives the number of presses."""
    for presses in range(1, limit + 1):
        page.keyboard.press("Tab")
        if page.evaluate(f"(selector) => {FOCUSED}.matches(selector)", selector):
            return presses
    raise AssertionError(f"{page.url}: {limit} presses of Tab do not reach {selector}")


def until(page: Page, condition: str) -> None:
    browsercheck.until(page, f"() => {condition}")


@pytest.mark.timeout(600)
def test_first_tab_stop_of_every_page_skips_to_its_content(browser, base_url: str, pages: list[sitecheck.Page]) -> None:
    with browsercheck.visit(browser, base_url) as seen:
        for page in pages:
            seen.goto(base_url + page.url)
            seen.page.keyboard.press("Tab")
            link = seen.page.locator(":focus")
            assert link.inner_text().strip() == "Skip to content", page.path
            box = link.bounding_box()
            assert box, page.path
            assert box["y"] >= 0, f"{page.path}: the skip link is off the screen"
            seen.page.keyboard.press("Enter")
            seen.page.keyboard.press("Tab")
            inside = seen.page.evaluate(f"{FOCUSED}.closest('main, footer') !== null")
            assert inside, f"{page.path}: after the skip link, Tab goes back to the header"


def test_search_is_reached_by_keys_and_finds_a_page(browser, base_url: str) -> None:
    with browsercheck.visit(browser, base_url) as seen:
        tab_to(seen.page, ".md-search__input", limit=12)
        seen.page.keyboard.type("redis")
        # Results for "r" come first, and each list that follows takes the focus away: wait for the last one.
        marked = "[...document.querySelectorAll('.md-search-result mark')]"
        until(seen.page, f"{marked}.some((mark) => mark.textContent.toLowerCase() === 'redis')")
        before, now = "", seen.page.inner_html(".md-search-result")
        while before != now:
            seen.page.wait_for_timeout(1000)
            before, now = now, seen.page.inner_html(".md-search-result")
        seen.page.keyboard.press("ArrowDown")
        until(seen.page, "document.activeElement.matches('.md-search-result__link')")
        seen.page.keyboard.press("Enter")
        seen.page.wait_for_url(lambda url: url != base_url)
        assert "redis" in seen.page.locator("main h1").inner_text().lower()


def test_menu_of_a_narrow_screen_opens_and_leads_on_by_keys(browser, base_url: str) -> None:
    with browsercheck.visit(browser, base_url, size=browsercheck.NARROW) as seen:
        tab_to(seen.page, "button[aria-label=Menu]", limit=6)
        seen.page.keyboard.press("Enter")
        until(seen.page, "document.querySelector('#__drawer').checked")
        section = seen.page.locator(".md-nav--primary label[tabindex]", has_text="Celery")
        section.focus()
        seen.page.keyboard.press("Enter")
        until(seen.page, "document.querySelectorAll('.md-nav__item--nested > input:checked').length > 0")


def test_search_of_a_narrow_screen_opens_by_keys(browser, base_url: str) -> None:
    with browsercheck.visit(browser, base_url, size=browsercheck.NARROW) as seen:
        tab_to(seen.page, "button[aria-label=Search]", limit=8)
        seen.page.keyboard.press("Enter")
        until(seen.page, "document.activeElement.matches('.md-search__input')")


def test_copy_button_works_by_keys_and_says_so(browser, base_url: str, block_page: sitecheck.Page) -> None:
    with browsercheck.visit(browser, base_url + block_page.url) as seen:
        seen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        tab_to(seen.page, ".block__copy")
        expected = seen.page.evaluate(f"{FOCUSED}.dataset.copy")
        seen.page.keyboard.press("Enter")
        until(seen.page, "document.querySelector('[role=status].guide-status').textContent.startsWith('Copied')")
        assert seen.page.evaluate("navigator.clipboard.readText()") == expected


def test_tab_is_chosen_by_keys_and_stays_chosen_on_other_pages(browser, base_url: str) -> None:
    chosen = (
        "document.querySelector(`label[for=${document.querySelector('.tabbed-set input:checked').id}]`).textContent"
    )
    with browsercheck.visit(browser, f"{base_url}redis/start/") as seen:
        assert seen.page.evaluate(chosen) == "pip"
        seen.page.locator(".tabbed-set input:checked").focus()
        seen.page.keyboard.press("ArrowRight")
        until(seen.page, f"{chosen} === 'uv'")
        assert seen.page.locator(".block", has_text="uv pip install").is_visible()
        seen.goto(f"{base_url}celery/start/")
        until(seen.page, f"{chosen} === 'uv'")
