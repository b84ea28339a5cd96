"""Blocks in a browser: a copied session gives its commands, all else its text, exactly as tested; and code fits."""

from __future__ import annotations

from typing import Any

import pytest

from harness import ROOT
from harness.proof.runners.terminal import console_steps, redis_steps
from harness.site import browsercheck, sitecheck

SESSIONS = {"language-console": console_steps, "language-redis": redis_steps}


def executed_text(block: sitecheck.Block, where: str) -> str:
    """What the tests executed of a block, as its runner reads it: the commands of a session, or the whole text."""
    text = block.code.rstrip("\n")
    for language, steps in SESSIONS.items():
        if language in block.attributes["class"].split():
            return "\n".join(step.command for step in steps(text, where))
    return text


LOOK = """() => [...document.querySelectorAll(".block")].map((block) => {
    block.style.contentVisibility = "visible";
    const pre = block.querySelector("pre");
    return {
        copied: block.querySelector(".block__copy")?.dataset.copy ?? null,
        shown: Boolean(pre?.offsetParent),
        cut: pre ? pre.scrollWidth > pre.clientWidth + 1 : false,
        shadows: pre ? getComputedStyle(pre).backgroundImage.split("linear-gradient").length - 1 : 0,
    };
})"""


@pytest.fixture(scope="module")
def looks(browser, base_url: str, pages: list[sitecheck.Page]) -> dict[str, list[dict[str, Any]]]:
    """What a browser of 1,280 pixels makes of each block: page path -> one dictionary a block."""
    found = {}
    with browsercheck.visit(browser, base_url) as seen:
        seen.page.set_viewport_size({"width": 1280, "height": 900})  # navigation and contents beside the text
        for page in pages:
            seen.goto(base_url + page.url)
            found[page.path] = seen.page.evaluate(LOOK)
            assert len(found[page.path]) == len(page.blocks), page.path
    return found


@pytest.mark.timeout(600)
@pytest.mark.xdist_group("every block")
def test_every_copy_button_holds_exactly_the_tested_text(looks, pages: list[sitecheck.Page]) -> None:
    faults = []
    for page in pages:
        for block, look in zip(page.blocks, looks[page.path], strict=True):
            where = f"{page.path}: {block.name}"
            if block.attributes["data-kind"] == "generated table":  # nothing to paste anywhere
                assert look["copied"] is None, where
                continue
            if look["copied"] != (wanted := executed_text(block, where)):
                faults.append(f"{where}: copies {look['copied']!r}, executed was {wanted!r}")
    assert not faults, "\n".join(faults)


@pytest.mark.timeout(600)
@pytest.mark.xdist_group("every block")
def test_code_fits_beside_navigation_and_contents(looks, pages: list[sitecheck.Page]) -> None:
    code = [
        (f"{page.path}: {block.name}", look)
        for page in pages
        for block, look in zip(page.blocks, looks[page.path], strict=True)
        if look["shown"]
    ]
    cut = [where for where, look in code if look["cut"]]
    assert len(code) > len(pages), "nothing was looked at"
    assert len(cut) <= 0.05 * len(code), f"{len(cut)} of {len(code)} blocks are cut off:\n" + "\n".join(cut)
    assert {look["shadows"] for _, look in code} == {4}, "a line that goes on would not show it"


@pytest.mark.parametrize("secure", [True, False], ids=["clipboard-api", "plain-http"])
def test_pressing_a_copy_button_puts_its_text_on_the_clipboard(
    browser, base_url: str, block_page: sitecheck.Page, secure: bool
) -> None:
    with browsercheck.visit(browser, base_url + block_page.url) as seen:
        page = seen.page
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        if not secure:  # what a page on plain HTTP, or opened from a file, has to do without
            page.evaluate("Object.defineProperty(window, 'isSecureContext', { value: false })")
        for button in page.locator("main .block__copy").all():
            if not button.is_visible():  # folded, or on another tab
                continue
            button.click()
            browsercheck.until(page, "(button) => button.textContent === 'Copied'", button.element_handle())
            assert page.evaluate("navigator.clipboard.readText()") == button.get_attribute("data-copy")


def test_part_of_a_file_offers_the_whole_file(browser, base_url: str, pages: list[sitecheck.Page]) -> None:
    page = next(page for page in pages if any(":" in block.name for block in page.blocks))
    source = next(block.name for block in page.blocks if ":" in block.name)
    whole = (ROOT / "snippets" / source.partition(":")[0]).read_text(encoding="utf-8")
    wanted = "\n".join(line for line in whole.splitlines() if "--8<--" not in line)
    with browsercheck.visit(browser, base_url + page.url) as seen:
        seen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        block = seen.page.locator(f".block[data-source='{source}']")
        block.locator(".proof summary").click()
        button = block.locator(".block__whole")
        button.click()
        browsercheck.until(seen.page, "(button) => button.textContent === 'Copied'", button.element_handle())
        assert seen.page.evaluate("navigator.clipboard.readText()") == wanted.rstrip("\n")
