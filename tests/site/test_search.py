"""The search: nothing is fetched for it before a reader wants it, and exact error texts lead to their answer."""

from __future__ import annotations

import pytest

from harness import browsercheck

INDEX = "search/search_index.json"
WORKER = "workers/search."


def requested(seen: browsercheck.Visit) -> list[str]:
    """The addresses that the page asks for from here on."""
    found: list[str] = []
    seen.page.on("request", lambda request: found.append(request.url))
    return found


def test_index_and_worker_are_fetched_when_the_reader_reaches_for_the_search(browser, base_url: str) -> None:
    with browsercheck.visit(browser, base_url) as seen:
        found = requested(seen)
        seen.goto(f"{base_url}redis/start/")
        seen.page.wait_for_load_state("networkidle")
        assert found, "the page itself was asked for"
        assert not any(INDEX in address or WORKER in address for address in found)
        assert any("/bundle." in address for address in found), "the theme's script, which asks for both, has not run"
        with seen.page.expect_request(f"**/{INDEX}"):
            seen.page.keyboard.press("/")
        assert sum(INDEX in address for address in found) == 1
        asked = "(part) => performance.getEntriesByType('resource').some(({ name }) => name.includes(part))"
        browsercheck.until(seen.page, asked, WORKER)


def test_link_that_carries_a_search_shows_its_results(browser, base_url: str) -> None:
    with browsercheck.visit(browser, f"{base_url}?q=WRONGTYPE") as seen:
        seen.page.locator(".md-search-result__link").first.wait_for(timeout=browsercheck.DEADLINE)


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("WRONGTYPE", "symptoms/"),
        ("PRECONDITION_FAILED", "symptoms/"),
        ("Received unregistered task", "symptoms/"),
        ("StreamLostError", "symptoms/"),
        ("OutOfMemoryError", "symptoms/"),
        ("chord", "celery/canvas/"),
    ],
)
def test_exact_error_text_and_a_subject_lead_to_their_page(browser, base_url: str, text: str, page: str) -> None:
    with browsercheck.visit(browser, base_url) as seen:
        seen.page.fill(".md-search__input", text)
        # Earlier results are for the beginning of the text.
        last = text.split()[-1].lower()
        link = seen.page.locator(f".md-search-result__link[href*='{last}']").first
        link.wait_for(state="attached", timeout=browsercheck.DEADLINE)
        first = seen.page.locator(".md-search-result__link").first.get_attribute("href")
        assert first.removeprefix(base_url).startswith(page), first
