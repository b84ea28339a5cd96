"""What a reader downloads: five pages in a row, from a host that compresses, with an empty cache."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from harness.site import browsercheck

VISIT = ("", "celery/", "celery/start/", "celery/retries-and-idempotency/", "celery/canvas/")
BUDGET = 160_000  # bytes of all bodies, compressed


def test_a_visit_of_five_pages_stays_within_its_budget(browser: Browser, site: Path) -> None:
    sent: dict[str, int] = {}
    with browsercheck.serve(site, sent) as address:
        context = browser.new_context(viewport=browsercheck.WIDE)
        context.set_default_timeout(browsercheck.DEADLINE)
        page = context.new_page()
        before = 0
        for name in VISIT:
            page.goto(address + name, wait_until="networkidle")
            page.wait_for_load_state("networkidle")
            print(f"{sum(sent.values()) / 1000:6.1f} kB, {(sum(sent.values()) - before) / 1000:5.1f} for /{name}")
            before = sum(sent.values())
        # The service worker keeps what was opened; that must not cost a second download.
        browsercheck.until(page, "async () => Boolean(await caches.match(location.href))")
        context.close()
    assert any("/bundle." in path for path in sent), "the theme's script was not fetched"
    total = sum(sent.values())
    assert total <= BUDGET, f"{total} bytes: {sent}"
