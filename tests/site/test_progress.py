"""A reader marks pages as read: the marks stay in the browser, and the path of the guide counts them."""

from __future__ import annotations

from harness.site import browsercheck


def test_pages_that_were_read_are_counted_on_the_path_of_their_guide(browser, base_url: str) -> None:
    with browsercheck.visit(browser, f"{base_url}redis/") as seen:
        page = seen.page
        path = page.locator("#the-path ~ ol > li > a:first-child")
        count = path.count()
        assert count >= 15
        assert not page.get_by_text("pages read").is_visible(), "a new reader sees no count"
        for name in ("caching", "start"):
            seen.goto(f"{base_url}redis/{name}/")
            button = page.get_by_role("button", name="Mark as read")
            button.focus()
            page.keyboard.press("Enter")
            assert page.get_by_role("button", name="Read: mark as unread").is_visible()
        assert page.locator(".md-nav--primary .is-read:visible").all_inner_texts() == ["First steps", "Caching"]
        seen.goto(f"{base_url}redis/")
        assert page.get_by_text(f"2 of {count} pages read").is_visible()
        assert not browsercheck.axe_violations(page)
        assert page.locator("article .is-read").all_inner_texts() == ["First steps", "Caching"]
        assert page.evaluate("localStorage.getItem('guide.read')") == '["redis/caching/","redis/start/"]'

        seen.goto(f"{base_url}redis/start/")
        page.get_by_role("button", name="Read: mark as unread").click()
        seen.goto(f"{base_url}redis/")
        assert page.get_by_text(f"1 of {count} pages read").is_visible()
        seen.goto(f"{base_url}celery/")
        assert not page.get_by_text("pages read").is_visible(), "each guide counts its own pages"


def test_storage_that_holds_something_else_does_no_harm(browser, base_url: str) -> None:
    with browsercheck.visit(browser, f"{base_url}redis/start/") as seen:
        seen.page.evaluate("localStorage.setItem('guide.read', '{')")
        seen.goto(f"{base_url}redis/start/")
        assert seen.page.locator(".block__copy").first.is_visible()
        assert not seen.errors
