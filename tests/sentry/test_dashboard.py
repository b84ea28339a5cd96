"""What docs/sentry/dashboard.md promises: what a server shows of the errors of one morning."""

import re
import struct
from pathlib import Path

import pytest

from harness import ROOT
from harness.proof.runners import compare

PAGE = "sentry/dashboard"
TEXT = (ROOT / "docs" / "sentry" / "dashboard.md").read_text(encoding="utf-8")


@pytest.fixture
def bugsink_tab(bugsink, visitor):
    """A browser in which somebody is logged in to Bugsink."""
    visitor.page.goto(f"http://localhost:{bugsink.port}/accounts/login/")
    visitor.page.fill("[name=username]", "admin@example.org")
    visitor.page.fill("[name=password]", "admin")
    visitor.page.press("[name=password]", "Enter")
    visitor.page.wait_for_load_state("networkidle")
    return visitor.page


def picture(page, name: str, top: int, height: int) -> None:
    """Assert that docs shows a picture of this size with a text for those who cannot see it; take it when outputs are
    being updated. Its pixels depend on fonts and versions, so what must be in it is asserted on the page itself."""
    file: Path = ROOT / "docs" / "assets" / "img" / f"{name}.png"
    if compare.updating():
        page.set_viewport_size({"width": 1000, "height": 1600})
        page.screenshot(path=file, clip={"x": 0, "y": top, "width": 1000, "height": height})
    assert struct.unpack(">II", file.read_bytes()[16:24]) == (1000, height)
    shown = rf"!\[[^]]{{80,}}\]\(\.\./assets/img/{name}\.png\){{ width=1000 height={height} loading=lazy }}"
    assert re.search(shown, TEXT), f"no description of {name}.png"


def test_server_shows_issues_users_environments_and_releases(terminal, shop, project, bugsink, bugsink_tab):
    shop.env["BUGSINK_TOKEN"] = bugsink.token
    terminal(f"{PAGE}/count_issues.console")

    page = bugsink_tab
    page.goto(f"http://localhost:{bugsink.port}/issues/{project.id}/")
    text = page.inner_text("body")
    for wanted in ("KeyError", "LookupError", "25", "6"):
        assert wanted in text
    picture(page, "sentry-dashboard-issues", 130, 360)

    (issue,) = [one for one in project.issues() if one["calculated_type"] == "KeyError"]
    page.goto(f"http://localhost:{bugsink.port}/issues/issue/{issue['id']}/event/last/")
    text = page.inner_text("body")
    assert 'return sum(line["price"] for line in order["lines"])' in text
    assert "shop@1.5.0" in text
    picture(page, "sentry-dashboard-issue", 195, 870)

    page.goto(f"http://localhost:{bugsink.port}/issues/issue/{issue['id']}/tags/")
    text = page.inner_text("body")
    for wanted in ("environment", "staging", "release", "user.id", "customer-1"):
        assert wanted in text, text
    picture(page, "sentry-dashboard-releases", 380, 300)
    picture(page, "sentry-dashboard-users", 1010, 435)
