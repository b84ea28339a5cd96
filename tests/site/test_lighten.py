"""Published pages carry the rules of the theme's styles that they need: none is missing, nothing looks different."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from harness import browsercheck, lighten, sitecheck

# The theme's files and ours lie beside the pages, whole, in the order in which the theme links them.
SHEETS = ("assets/stylesheets/main.*.css", "assets/stylesheets/palette.*.css", "assets/guide.css")

# The browser's own reading of the styles: what the page lacks of the whole ones.
LACKING = """(whole) => {
    const selectors = (text) => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(text);
        const rules = (list) => [...list].flatMap((rule) => rule.selectorText ? [rule] : rules(rule.cssRules ?? []));
        // Commas in brackets do not part selectors.
        return rules(sheet.cssRules).flatMap((rule) => rule.selectorText.split(/,\\s*(?![^(]*\\))/));
    };
    const kept = new Set(selectors(document.querySelector("head style").textContent));
    return [...new Set(selectors(whole))].filter((one) => !kept.has(one));
}"""
# States (`:hover`) and pseudo-elements come and go: a selector is in use as soon as the rest of it matches. (A place
# among siblings stays.)
MATCHING = """([selectors, html]) => {
    const root = html ? new DOMParser().parseFromString(html, "text/html") : document;
    const bare = (one) => one.replace(/::?(?!nth-child)[-\\w]+(\\((?:[^()]|\\([^()]*\\))*\\))?/g, ":where(*)");
    return selectors.filter((one) => root.querySelector(bare(one)));
}"""

# Each element that is drawn differently, or what stands before or after it. In one go, so that nothing else happens.
DIFFERENT = """(whole) => {
    const style = document.querySelector("head style");
    const light = style.textContent;
    const names = [...getComputedStyle(style)].filter((name) => !name.startsWith("--"));
    const look = (text) => {
        style.textContent = text + "* { transition: none !important; animation: none !important }";
        const looks = (one) => [null, "::before", "::after"].map((part) => {
            const look = getComputedStyle(one, part);
            return names.map((name) => look.getPropertyValue(name)).join(";");
        }).join();
        const drawn = [...document.querySelectorAll("body :not(pre span)")];
        return drawn.map((one) => [one.tagName + "." + one.classList, looks(one)]);
    };
    const wanted = look(whole), got = look(light);
    style.textContent = light;
    if (got.length < 100 || got[0][1].length < 1000) return ["nothing to compare"];
    return got.filter(([, one], number) => one !== wanted[number][1]).map(([name]) => name);
}"""


@pytest.fixture(scope="module")
def whole(site: Path) -> str:
    """The styles before anything was left out."""
    return "\n".join(lighten.styles(file) for name in SHEETS for file in site.glob(name))


def test_no_page_lacks_a_rule_that_something_on_it_matches(browser, base_url: str, site: Path, whole: str) -> None:
    with browsercheck.visit(browser, base_url) as seen:
        lacking = seen.page.evaluate(LACKING, whole)
        assert len(lacking) > 200, "hardly anything was left out"
        assert seen.page.evaluate(MATCHING, [[".md-header .md-logo:hover::before", ":root > body"], ""]), (
            "finds nothing"
        )
        for file in site.rglob("*.html"):
            html = file.read_text(encoding="utf-8")
            assert seen.page.evaluate(MATCHING, [lacking, html]) == [], file


def test_nothing_that_scripts_add_lacks_a_rule(browser, base_url: str, block_page: sitecheck.Page, whole: str) -> None:
    with browsercheck.visit(browser, base_url + block_page.url) as seen:
        page = seen.page
        lacking = page.evaluate(LACKING, whole)

        def look(state: str) -> None:
            browsercheck.settle(page)
            assert page.evaluate(MATCHING, [lacking, ""]) == [], state

        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.locator("main .block__copy").first.click()
        look("copied")
        page.evaluate("() => document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        page.mouse.wheel(0, 3000)
        look("scrolled down")
        page.mouse.wheel(0, -500)
        page.locator(".md-top").wait_for(state="visible")
        look("scrolled up")
        page.keyboard.press("/")
        page.keyboard.type("redis worker")
        page.locator(".md-search-result__link").first.wait_for(state="visible")
        look("searched")
        page.keyboard.press("Escape")
        seen.goto(base_url + "celery/start/?h=worker")
        page.locator("main mark").first.wait_for()
        look("words that were searched for")
        page.locator("main abbr:visible").first.hover()
        page.locator("[role=tooltip]").first.wait_for(state="attached")
        look("a tooltip")
        page.locator(".guide-palette button:visible").click()
        look("other colours")
        page.set_viewport_size(browsercheck.NARROW)
        page.locator("button[aria-label=Menu]").click()
        page.locator(".md-nav--primary label[tabindex]").first.wait_for(state="visible")
        look("the menu, at the part that holds this page")


@pytest.mark.parametrize("name", ["", "celery/start/"], ids=["home", "guide"])
def test_every_element_looks_the_same_as_with_all_styles(browser, base_url: str, whole: str, name: str) -> None:
    with browsercheck.visit(browser, base_url + name) as seen:
        for size, scheme in ((browsercheck.WIDE, "light"), (browsercheck.NARROW, "dark")):
            seen.page.set_viewport_size(size)
            browsercheck.prefer(seen.page, scheme)
            assert seen.page.evaluate(DIFFERENT, whole) == [], f"{size}, {scheme}"
        seen.page.emulate_media(media="print")
        assert seen.page.evaluate(DIFFERENT, whole) == [], "printed"


def test_a_rule_in_use_stays_and_takes_its_variables_along(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets/a.css").write_text(
        ":root{--used:url('a;b{c}');--by-dead:1;--dead:var(--by-dead)}.a,.b>p{color:var(--used)}.c{top:0}"
        "@media print{.c{top:1px}}@media screen{[dir=rtl] .a{top:0}.added{top:2px!important}}.control--next{top:0}"
    )
    (tmp_path / "assets/a.js").write_text('element.classList.add("added", "control--" + side)')
    page = tmp_path / "index.html"
    page.write_text('<link rel="stylesheet" href="./assets/a.css">\n<body dir="ltr"><i class="x a"></i></body>')
    lighten.write(tmp_path)
    assert page.read_text().splitlines()[0] == (
        '<style>:root{--used:url("a;b{c}")}.a{color:var(--used)}@media screen{.added{top:2px!important}}'
        ".control--next{top:0}</style>"
    )


def test_rules_for_more_tabs_than_there_are_go(tmp_path: Path) -> None:
    rules = [f".tabbed-set>input:nth-child({number}):checked~p{{top:0}}" for number in (1, 2, 3, 20)]
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets/a.css").write_text("".join(rules))
    page = tmp_path / "index.html"
    body = '<body><div class="tabbed-set" data-tabs="4:2"><input checked><input><p></p></div></body>'
    page.write_text(f'<link rel="stylesheet" href="assets/a.css">\n{body}')
    lighten.write(tmp_path)
    assert page.read_text().splitlines()[0] == f"<style>{''.join(rules[:2])}</style>"


def test_tables_stand_in_their_scrolling_boxes_before_any_script(site: Path) -> None:
    found = 0
    for file in site.rglob("*.html"):
        html = file.read_text(encoding="utf-8")
        boxed = html.count(
            '<div class="md-typeset__scrollwrap"><div class="md-typeset__table"><table class="guide-table">'
        )
        assert boxed == html.count("<table"), file
        assert "table:not([class])" not in html, f"{file}: every change of a class would style its parts anew"
        found += boxed
    assert found > 100


def test_pictures_say_how_large_they_are(site: Path) -> None:
    images = [
        tag for file in site.rglob("*.html") for tag in re.findall("<img [^>]*>", file.read_text(encoding="utf-8"))
    ]
    assert len(images) > 50
    assert not [tag for tag in images if not (re.search(r' width="\d+"', tag) and re.search(r' height="\d+"', tag))]


def test_search_forgets_questions_about_a_page_and_nothing_else(site: Path) -> None:
    (file,) = site.glob("search/search_index.json")
    titles = {entry["title"] for entry in json.loads(file.read_text(encoding="utf-8"))["docs"]}
    assert not titles & lighten.UNSEARCHED
    assert {"When it breaks", "Common mistakes"} <= titles
