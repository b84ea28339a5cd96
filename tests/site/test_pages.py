"""Every page in a real browser: accessible, private, without errors, readable everywhere."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from harness.site import browsercheck, sitecheck, validity

SHARES = 4  # parts of the site that test processes can take, for one browser needs some seconds a page


@pytest.mark.timeout(600)
@pytest.mark.parametrize("share", range(SHARES))
def test_every_page_is_accessible_private_and_readable(
    browser, base_url: str, pages: list[sitecheck.Page], share: int
) -> None:
    assert len(pages) >= SHARES, "a share without a page checks nothing"
    faults = browsercheck.survey(browser, [base_url + page.url for page in pages[share::SHARES]])
    assert not faults, "\n".join(faults)


def test_no_title_of_a_box_shows_a_mark_of_its_source(site: Path) -> None:
    """A quotation mark in `??? question "…"` needs no backslash, and would show it."""
    titles = re.compile(r"<summary>(.*?)</summary>|<p class=\"admonition-title\">(.*?)</p>", re.S)
    found = {
        (page.relative_to(site).as_posix(), title)
        for page in site.rglob("index.html")
        for pair in titles.findall(page.read_text(encoding="utf-8"))
        for title in pair
        if title
    }
    assert len(found) > 200, "the pages have more boxes than these"
    assert not [(page, title) for page, title in found if '\\"' in title or "\\&quot;" in title]


def test_every_internal_link_and_anchor_leads_somewhere(site: Path, pages: list[sitecheck.Page]) -> None:
    faults = sitecheck.broken_links(site, pages)
    assert not faults, "\n".join(faults)


def test_no_page_names_a_resource_on_another_host(pages: list[sitecheck.Page]) -> None:
    faults = sitecheck.foreign_resources(pages)
    assert not faults, "\n".join(faults)


def test_every_page_is_valid_html(site: Path, pages: list[sitecheck.Page]) -> None:
    faults = [
        f"{page.path}: {fault}"
        for page in pages
        for fault in validity.faults((site / page.path).read_text(encoding="utf-8"))
    ]
    assert not faults, "\n".join(faults)


def test_a_reader_who_prefers_dark_gets_dark(browser, base_url: str) -> None:
    with browsercheck.visit(browser, base_url, scheme="dark") as seen:
        assert seen.page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"
        browsercheck.prefer(seen.page, "light")  # the system changes while the page is open


def test_colours_are_chosen_by_keys_and_kept_on_other_pages(browser, base_url: str) -> None:
    state = """() => ({
        scheme: getComputedStyle(document.body).colorScheme,
        bar: document.querySelector("meta[name=theme-color]").content,
        header: getComputedStyle(document.querySelector(".md-header")).backgroundColor,
        button: document.activeElement.getAttribute("aria-label"),
        shown: document.querySelectorAll("[data-md-component=palette] label:not([hidden])").length,
    })"""
    with browsercheck.visit(browser, base_url) as seen:
        seen.page.locator("[name=__palette]").first.focus()
        found = [seen.page.evaluate(state)]
        for _ in range(3):
            seen.page.keyboard.press("Enter")
            browsercheck.settle(seen.page)
            found.append(seen.page.evaluate(state))
        assert [one["scheme"] for one in found] == ["light", "light", "dark", "light"]
        assert [one["button"].partition(":")[0] for one in found[:3]] == [
            "Colours follow your system",
            "Light colours",
            "Dark colours",
        ]
        assert found[3] == found[0]
        for one in found:
            assert one["shown"] == 1
            red, green, blue = (int(one["bar"][at : at + 2], 16) for at in (1, 3, 5))
            assert one["header"] == f"rgb({red}, {green}, {blue})", "a phone's own bar has another colour"
        seen.page.keyboard.press("Enter")
        seen.page.keyboard.press("Enter")
        seen.page.emulate_media(color_scheme="light")
        seen.goto(f"{base_url}celery/start/")
        assert seen.page.evaluate(state)["scheme"] == "dark"


def test_text_waits_for_no_script_and_our_parts_not_for_those_of_the_theme(
    browser, base_url: str, block_page: sitecheck.Page
) -> None:
    with browsercheck.visit(browser, base_url) as seen:
        seen.page.route("**/*.js", lambda route: route.abort())
        seen.page.goto(base_url + block_page.url)
        assert not browsercheck.hidden_without_scripts(seen.page)
        seen.page.unroute("**/*.js")
        seen.page.route("**/bundle.*.js", lambda route: route.abort())
        seen.page.goto(base_url + block_page.url)
        seen.page.locator(".block__copy").first.wait_for(state="visible")
        assert not seen.page.evaluate("'component$' in window"), "the theme's script has run"
        assert not browsercheck.unnamed_scrollers(seen.page)


def test_pictures_say_how_large_they_are(site: Path, pages: list[sitecheck.Page]) -> None:
    """So that nothing moves when they arrive; and what a page says is what the picture says of itself."""
    found = 0
    for page in pages:
        file = site / page.path
        for image in re.findall(r"<(?:img|source) [^>]*>", file.read_text(encoding="utf-8")):
            address = re.search(r'src(?:set)?="([^"]+)"', image)
            assert address, image
            data = (file.parent / address[1]).read_bytes()
            if data.startswith(b"\x89PNG"):
                width, height = struct.unpack(">II", data[16:24])  # of the chunk that every PNG begins with
            else:
                drawn = data.decode("utf-8")
                width, height = re.search(r'<svg [^>]*?width="(\d+)" height="(\d+)"', drawn).groups()
            assert f'width="{width}"' in image, (page.path, image)
            assert f'height="{height}"' in image, (page.path, image)
            found += 1
    assert found > 50


def test_an_unknown_address_answers_with_a_page_that_leads_back(browser, base_url: str) -> None:
    with browsercheck.visit(browser, f"{base_url}no/such/page") as seen:
        assert "does not exist" in seen.page.locator("h1").inner_text()
        seen.page.locator("main a", has_text="Errors").first.click()
        assert seen.page.url == f"{base_url}symptoms/"
        seen.goto(f"{base_url}no/such/page")
        seen.page.locator("main a", has_text="Celery").click()
        assert seen.page.url.startswith(f"{base_url}celery/")


def test_an_unknown_address_is_searched_for(browser, base_url: str) -> None:
    with browsercheck.visit(browser, f"{base_url}celery/retry-tasks") as seen:
        words = seen.page.get_by_label("Words or an error text")
        assert words.input_value() == "celery retry tasks"
        words.fill("NOAUTH Authentication required")
        words.press("Enter")
        row = seen.page.locator(".md-search-result__link", has_text="NOAUTH Authentication required").first
        row.wait_for(timeout=browsercheck.DEADLINE)
        row.click()
        seen.page.wait_for_url("**/symptoms/redis/#noauth-authentication-required*")


def test_paper_gets_the_text_and_the_proofs_but_no_buttons(browser, base_url: str, block_page: sitecheck.Page) -> None:
    with browsercheck.visit(browser, base_url + block_page.url, scheme="dark") as seen:
        seen.page.emulate_media(media="print", color_scheme="dark")
        assert seen.page.locator("main .block pre").first.is_visible()
        assert seen.page.locator("main .proof").first.is_visible()
        for part in (".block__copy", ".md-header", ".md-tabs", ".md-footer"):
            assert not seen.page.locator(part).first.is_visible(), part
        colour = "getComputedStyle(document.querySelector('main h1')).color"
        assert seen.page.evaluate(colour) == "rgb(29, 37, 38)", "dark ink is for dark screens, not for paper"


def test_previous_and_next_name_the_guide_that_they_lead_to(browser, base_url: str) -> None:
    with browsercheck.visit(browser, f"{base_url}redis/cheat-sheet/", size={"width": 360, "height": 740}) as seen:
        link = seen.page.get_by_role("link", name="Next: RabbitMQ: Overview")
        assert "RabbitMQ: Overview" in link.inner_text()
        assert seen.page.get_by_role("link", name="Previous: Redis: Slow or full").is_visible()
        link.click()
        seen.page.wait_for_url("**/rabbitmq/")


def test_errors_have_a_tab_and_what_proves_the_blocks_is_behind_one_entry(browser, base_url: str) -> None:
    with browsercheck.visit(browser, base_url) as seen:
        seen.page.locator(".md-tabs a", has_text="Errors").click()
        seen.page.wait_for_url("**/symptoms/")
        assert seen.page.locator("h1").inner_text().startswith("Errors")
        menu = seen.page.locator(".md-nav--primary a:visible")
        assert menu.all_inner_texts() == ["Overview", "Redis", "RabbitMQ", "Celery", "Sentry"]
        seen.goto(f"{base_url}record/redis/")
        path = seen.page.locator(".md-path a").all_inner_texts()
        assert path == ["Home", "Reference", "How it is tested"]


def test_the_ways_in_and_the_picture_of_the_tools_are_above_the_fold(browser, base_url: str) -> None:
    with browsercheck.visit(browser, base_url, size={"width": 1280, "height": 800}) as seen:
        ways = seen.page.locator("main .cards li strong")
        assert ways.all_inner_texts() == ["Learn a tool from the start", "Find an error", "Choose between tools"]
        for part in (*seen.page.locator("main .cards > ul > li").all(), seen.page.locator("main picture img")):
            box = part.bounding_box()
            assert box, part
            assert box["y"] + box["height"] <= 800, (part, box)
        picture = seen.page.locator("main picture img")
        assert picture.evaluate("(image) => image.currentSrc").endswith("/home-four-tools.svg")
        seen.page.set_viewport_size({"width": 360, "height": 740})
        browsercheck.until(
            seen.page, "() => document.querySelector('main picture img').currentSrc.endsWith('/start-four-tools.svg')"
        )
        box = picture.bounding_box()
        assert box, picture
        assert box["width"] > 300, "letters of the picture keep their size"
