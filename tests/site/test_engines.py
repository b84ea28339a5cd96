"""One configuration, two engines: MkDocs with Material today, Zensical when its time comes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from harness import ROOT
from harness.site import sitecheck
from harness.site.build import build

# One process builds for both tests.
pytestmark = pytest.mark.xdist_group("engines")

PARTS = (
    "mkdocs.yml",
    "docs",
    "snippets",
    "overrides",
    "harness",
    "tests",
    "verification.json",
    "exploration.json",
    "docker-compose.yml",
)


@pytest.fixture(scope="module")
def other_pages(tmp_path_factory: pytest.TempPathFactory) -> list[sitecheck.Page]:
    """The pages of the same tree, built with Zensical in a copy: it writes its cache beside its configuration."""
    root = tmp_path_factory.mktemp("zensical")
    for name in PARTS:
        source = ROOT / name
        if source.is_dir():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, root / name, ignore=ignore, symlinks=True)
        elif source.exists():
            shutil.copy(source, root / name)
    build("--clean", engine="zensical", root=root)
    return sitecheck.read(root / "site")


def _blocks(pages: list[sitecheck.Page]) -> dict[str, list[tuple[str, ...]]]:
    def facts(block: sitecheck.Block) -> tuple[str, ...]:
        names = ("data-source", "data-sha256", "data-status")
        return (*(block.attributes.get(name, "") for name in names), block.code.rstrip("\n"))

    return {page.path: [facts(block) for block in page.blocks] for page in pages if page.blocks}


def test_both_engines_build_the_same_blocks_with_the_same_proofs(
    pages: list[sitecheck.Page], other_pages: list[sitecheck.Page]
) -> None:
    assert _blocks(other_pages) == _blocks(pages)


def test_the_other_engine_breaks_no_link_between_pages(
    site: Path, pages: list[sitecheck.Page], other_pages: list[sitecheck.Page]
) -> None:
    assert {page.path for page in other_pages} == {page.path for page in pages}
    faults = sitecheck.foreign_resources(other_pages)
    assert not faults, "\n".join(faults)
