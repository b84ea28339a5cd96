"""The headers a host sends: every page works under the strict policy, and a foreign script does not."""

from __future__ import annotations

from pathlib import Path
from urllib.request import urlopen

from harness import browsercheck, hosting


def test_policy_names_scripts_and_allows_no_other(site: Path) -> None:
    scripts = next(rule for rule in hosting.policy(site).split("; ") if rule.startswith("script-src"))
    assert scripts.startswith("script-src 'self' 'sha256-")
    assert "unsafe" not in scripts


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
