"""Recorded sessions: a reader who asks for one sees it, under the strict policy; nobody else downloads anything."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from harness import ROOT
from harness.site import browsercheck, sitecheck

PAGE = "redis/caching/"


def test_every_recording_is_offered_where_its_session_is_shown(site: Path, pages: list[sitecheck.Page]) -> None:
    recorded = {file.relative_to(ROOT / "snippets").as_posix() for file in (ROOT / "snippets").rglob("*.cast")}
    assert recorded
    offered = {}
    for page in pages:
        for block in page.blocks:
            if address := block.attributes.get("data-recording"):
                offered[address.partition("source/snippets/")[2]] = (site / page.path).parent / address
    assert offered.keys() == recorded
    assert all(file.is_file() for file in offered.values())


def test_recording_plays_when_asked_for_and_gives_the_text_back(browser: Browser, base_url: str) -> None:
    with browsercheck.visit(browser, base_url + PAGE) as seen:
        page, asked = seen.page, []
        page.on("request", lambda request: asked.append(request.url))
        loaded = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
        assert not [address for address in loaded if "player" in address or address.endswith(".cast")]
        block = page.locator(".block[data-recording]")
        button = block.get_by_role("button", name="Watch the recording")
        button.click()
        browsercheck.until(page, "() => document.querySelector('.block__stage')?.textContent.includes('ask.py')")
        assert {address.rpartition("/")[2] for address in asked if address.endswith(".cast")} == {"degrade.cast"}
        assert not block.locator("pre code").is_visible()
        block.get_by_role("button", name="Show the text").click()
        assert block.locator("pre code").is_visible()
        assert block.locator(".block__stage").inner_html() == ""
        assert not seen.errors, seen.errors
        assert not seen.foreign
