"""The built site on loopback and one browser for all checks.

GUIDE_SITE names a site that has been built already; without it the site is built here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.site import browsercheck, sitecheck
from harness.site.build import build, finish

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site."""
    if ready := os.environ.get("GUIDE_SITE"):
        return Path(ready)
    folder = tmp_path_factory.mktemp("built") / "site"
    build("--strict", "--site-dir", str(folder))
    finish(folder)
    return folder


@pytest.fixture(scope="session")
def pages(site: Path) -> list[sitecheck.Page]:
    """Every page of the built site, as a parser sees it."""
    return sitecheck.read(site)


@pytest.fixture(scope="session")
def block_page(pages: list[sitecheck.Page]) -> sitecheck.Page:
    """The page with the most blocks: where there is most to go wrong."""
    return max(pages, key=lambda page: len(page.blocks))


@pytest.fixture(scope="session")
def base_url(site: Path) -> Iterator[str]:
    """Where the site is served; ends in a slash."""
    with browsercheck.serve(site) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the session."""
    with browsercheck.chromium() as running:
        yield running
