"""What stands under a page's title and at its end: day of proof, time to read, contents, links to the repository."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness import ROOT
from harness.proof import record
from harness.site import browsercheck, facts
from harness.site.build import build

PAGE = "redis/caching"
PHONE = {"width": 360, "height": 740}
LINKS = {
    "Edit this page": "https://host.example/owner/guide/edit/main/docs/redis/caching.md",
    "Report a problem": "https://host.example/owner/guide/issues/new?title=redis/caching.md",
    "Repository": "https://host.example/owner/guide",
}


def one_page(tmp_path: Path, engine: str = "mkdocs") -> str:
    """The article of one page, built with the site's own settings."""
    config = tmp_path / "mkdocs.yml"
    config.write_text(
        f"INHERIT: {ROOT}/mkdocs.yml\ndocs_dir: {ROOT}/docs\ntheme:\n  custom_dir: {ROOT}/overrides\n"
        f"watch: []\nexclude_docs: |\n  *\n  !/redis/\n  !/{PAGE}.md\nnav:\n  - Caching: {PAGE}.md\n"
    )
    build("--config-file", str(config), "--site-dir", str(tmp_path / "site"), engine=engine)
    text = (tmp_path / "site" / PAGE / "index.html").read_text(encoding="utf-8")
    return text[text.index("<article") : text.index("</article>")]


def links(article: str) -> dict[str, str]:
    return {words: address for address, words in re.findall(r'<a href="(https://host[^"]+)">([^<]+)</a>', article)}


def test_links_to_the_repository_come_from_one_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUIDE_REPOSITORY", "https://host.example/owner/guide")
    assert links(one_page(tmp_path)) == LINKS


def test_without_the_variable_no_page_links_to_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GUIDE_REPOSITORY", raising=False)
    article = one_page(tmp_path)
    assert not [words for words in LINKS if f">{words}<" in article]
    assert "/issues/new" not in article


def test_page_shows_the_day_on_which_its_blocks_were_proven(site: Path) -> None:
    day = record.load().runs[record.BEST].date
    proven = [
        page for page in (ROOT / "docs").rglob("*.md") if facts.proven(page.relative_to(ROOT / "docs").as_posix())
    ]
    assert proven, "no page at all is proven"
    for page in proven:
        name = page.relative_to(ROOT / "docs").with_suffix("").as_posix()
        text = (site / name.removesuffix("index") / "index.html").read_text(encoding="utf-8")
        shown = re.findall(
            r'<p class="facts"[^>]*>Verified <time datetime="([^"]+)">\1</time> · \d+ min read</p>', text
        )
        assert shown == ([] if name == "index" else [day]), name


def test_page_with_a_block_that_is_not_proven_shows_no_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = record.load()
    rest = {source: entry for source, entry in known.blocks.items() if source != "redis/caching/cache_aside.py"}
    assert len(rest) == len(known.blocks) - 1
    record.save(record.Record(known.runs, rest), tmp_path / "record.json")
    monkeypatch.setenv(record.RECORD_ENV, str(tmp_path / "record.json"))
    assert facts.proven(f"{PAGE}.md") == ""
    assert re.fullmatch(r'<p class="facts"[^>]*>\d+ min read</p>', facts.line(f"{PAGE}.md", "some words"))
    assert facts.proven("redis/memory.md"), "other pages keep theirs"


def test_reading_time_counts_words_and_no_code() -> None:
    assert facts.minutes("<p>" + "word " * 1000 + "</p>") == 5
    assert facts.minutes("<p>word</p><pre>" + "code " * 1000 + "</pre>") == 1


def test_contents_are_at_the_top_of_a_phone_and_beside_the_text_elsewhere(browser, base_url: str) -> None:
    with browsercheck.visit(browser, f"{base_url}{PAGE}/", size=PHONE, javascript=False) as seen:
        box = seen.page.locator("main .contents")
        assert box.bounding_box()["y"] < PHONE["height"]
        box.locator("summary").click()
        box.get_by_text("When it breaks", exact=True).click()
        assert seen.page.url.endswith("#when-it-breaks")
        assert seen.page.locator("h2#when-it-breaks").bounding_box()["y"] < PHONE["height"] / 2
        seen.page.set_viewport_size(browsercheck.WIDE)
        assert not box.is_visible()
        assert seen.page.locator(".md-sidebar--secondary").is_visible()
