"""Builds the site and says what is wrong with it, and with the pages before they are built."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness import ROOT, HarnessError
from harness.proof import blocks, exemptions, exploration, record, recording
from harness.site import chartcheck, ranges, sitecheck, words
from harness.site.build import build, finish


def print_all(lines: Sequence[str]) -> int:
    for line in lines:
        print(line, flush=True)
    return 1 if lines else 0


def build_checked(target: Path) -> int:
    """Build the site strictly; 0 when it was built and everything on it holds."""
    try:
        build("--strict", "--site-dir", str(target))  # with --quiet, MkDocs would not count its warnings
        record.save(record.load(), target / "source" / record.RECORD)  # what the pages show, as data
        (target / "source" / exploration.FILE).write_text(exploration.text(exploration.load()), encoding="utf-8")
        finish(target)
    except HarnessError as error:
        return print_all([str(error)])
    return print_all(_site_problems(target))


def _site_problems(target: Path) -> list[str]:
    """What is wrong with a built site, read from its HTML alone: one line for each unproven block, page that shows
    fewer blocks than it includes, chart that differs from its table, dead link, and resource of another host."""
    pages = sitecheck.read(target)
    known = {source: entry.digest for source, entry in record.load().blocks.items()}
    found = sitecheck.unproven_blocks(pages, known, exemptions.not_executed())
    wanted: dict[str, int] = {}
    for fence in blocks.fences():
        if fence.language != blocks.GENERATED_LANGUAGE:
            wanted[fence.page] = wanted.get(fence.page, 0) + 1
    shown = {page.path: len(page.blocks) for page in pages}
    for page, count in sorted(wanted.items()):
        path = (Path(page).with_suffix("") / "index.html").as_posix().replace("index/index.html", "index.html")
        if shown.get(path, 0) != count:
            found.append(f"docs/{page} includes {count} blocks, the built page shows {shown.get(path, 0)}")
    found += chartcheck.faults(target)
    return found + sitecheck.broken_links(target, pages) + sitecheck.foreign_resources(pages)


def page_problems() -> list[str]:
    """What is wrong with pages, snippets and the list of what is not executed, one line each."""
    found = blocks.problems() + ranges.problems() + exemptions.problems()
    return found + exploration.problems() + recording.problems() + words.problems()


def check_configuration() -> None:
    """Raise HarnessError, naming line and fault, when mkdocs.yml is not YAML."""
    import yaml

    try:
        yaml.compose((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise HarnessError(f"mkdocs.yml, line {line}: {error.problem}: correct the YAML there") from None
