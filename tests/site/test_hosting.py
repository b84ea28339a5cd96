"""The headers a host sends: every page works under the strict policy, and a foreign script does not."""

from __future__ import annotations

from pathlib import Path
from urllib.request import urlopen

import pytest

from harness import ROOT, HarnessError
from harness.site import browsercheck, hosting, sitecheck


def test_policy_names_scripts_and_allows_no_other(site: Path) -> None:
    scripts = next(rule for rule in hosting.policy(site).split("; ") if rule.startswith("script-src"))
    assert scripts.startswith("script-src 'self' 'wasm-unsafe-eval' 'sha256-")
    assert "unsafe" not in scripts.replace("'wasm-unsafe-eval'", "")


def test_pages_are_served_with_the_policy_and_files_with_a_hash_stay_cached(site: Path, base_url: str) -> None:
    with urlopen(f"{base_url}redis/start/", timeout=10) as page:  # all other browser tests run under it, too
        assert page.headers["Content-Security-Policy"] == hosting.policy(site)
        assert page.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    (style,) = (site / "assets" / "stylesheets").glob("main.*.min.css")
    with urlopen(f"{base_url}assets/stylesheets/{style.name}", timeout=10) as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_script_that_somebody_slips_in_does_not_run(browser, base_url: str) -> None:
    with browsercheck.visit(browser, base_url) as seen:
        seen.page.evaluate(
            """() => {
                const script = document.createElement("script");
                script.textContent = "window.slipped = true";
                document.body.append(script);
            }"""
        )
        assert seen.page.evaluate("window.slipped") is None
        assert any("Content Security Policy" in error for error in seen.errors), seen.errors


def test_every_address_that_was_published_once_is_answered(pages: list[sitecheck.Page]) -> None:
    list_of_them = ROOT / "tests" / "site" / "addresses.txt"
    published = set(list_of_them.read_text(encoding="utf-8").split())
    there = {f"/{page.path.removesuffix('index.html')}" for page in pages}
    assert not there - published, f"new pages: add their addresses to {list_of_them.relative_to(ROOT)}"
    gone = published - there - {f"/{old}" for old in hosting.moved()}
    assert not gone, "say in overrides/redirects.toml where these have gone"


def test_page_that_has_moved_is_found_at_its_former_address(browser, tmp_path: Path) -> None:
    new = tmp_path / "celery" / "new"
    new.mkdir(parents=True)
    (new / "index.html").write_text("<!doctype html><title>New</title><h1>Here</h1>")
    hosting.redirect(tmp_path, {"old/": "celery/new/", "celery/old/": "celery/new/"})
    assert (tmp_path / "_redirects").read_text().splitlines() == [
        "/old/ /celery/new/ 301",
        "/celery/old/ /celery/new/ 301",
    ]
    with browsercheck.serve(tmp_path) as address:
        for old in ("old/", "celery/old/"):
            page = browser.new_page()
            page.goto(address + old)
            page.wait_for_url("**/celery/new/")
            assert page.title() == "New"
            page.close()


@pytest.mark.parametrize(
    ("moved", "why"),
    [
        ({"new/": "elsewhere/"}, "new/ is a page of the site"),
        ({"old/": "missing/"}, "old/ leads to missing/, which is"),
    ],
)
def test_redirect_that_cannot_be_followed_is_refused(tmp_path: Path, moved: dict[str, str], why: str) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "index.html").write_text("new")
    with pytest.raises(HarnessError, match=why):
        hosting.redirect(tmp_path, moved)
