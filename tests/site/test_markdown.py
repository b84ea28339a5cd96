"""The site for programs: a Markdown copy beside each page, and llms.txt."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from harness import ROOT
from harness.proof import blocks

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def copies(site: Path) -> dict[str, str]:
    return {file.relative_to(site).as_posix(): file.read_text(encoding="utf-8") for file in site.rglob("index.md")}


def unindented(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines())


def test_each_page_has_a_copy_with_every_block_and_its_proof(site: Path) -> None:
    found = {name.removesuffix("/index.md") or name: unindented(text) for name, text in copies(site).items()}
    fences = [fence for fence in blocks.fences() if fence.source]
    assert len(fences) > 100
    for fence in fences:
        page = fence.page.removesuffix(".md").removesuffix("/index")
        text = found["index.md" if page == "index" else page]
        shown = blocks.shown(fence.source)
        wanted = (
            "\n".join(f"| {line} |" for line in shown.text.splitlines()[:1]) if shown.path.endswith(".table") else ""
        )
        assert (wanted or unindented(shown.text)) in text, fence.where
        assert f"({shown.path}. Verified" in text, fence.where
        assert "--8<--" not in text


def test_links_of_the_copies_lead_to_files(site: Path) -> None:
    dead = [
        f"{name}: {target}"
        for name, text in copies(site).items()
        for target in LINK.findall(re.sub(r"```.*?```", "", text, flags=re.S))
        if not (site / posixpath.normpath(posixpath.join(posixpath.dirname(name), target))).exists()
    ]
    assert not dead


def test_llms_txt_lists_every_page_once(site: Path) -> None:
    listed = LINK.findall((site / "llms.txt").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(copies(site))
    assert len(listed) == len(list((ROOT / "docs").rglob("*.md")))
