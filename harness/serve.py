"""`mkdocs serve` for writers: the page is there when you switch to the browser. `python -m harness.serve [OPTIONS]`.

Typed by hand, `mkdocs serve` shows the same pages, later: it looks for changes twice a second and then builds the
whole site. This looks ten times a second, and when nothing but pages and snippets was saved it builds the pages that
show them, and leaves the others as they are.
"""

from __future__ import annotations

import functools
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import mkdocs.commands.serve
from jinja2.bccache import Bucket, BytecodeCache
from mkdocs.__main__ import cli
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import File
from mkdocs.theme import Theme

from harness import ROOT, blocks, record

INTERVAL = 0.1  # seconds between two looks at the files
PARTS = ("docs", "snippets", "harness", "overrides", "mkdocs.yml", record.RECORD)


class Builder:
    """Builds what has changed since it built last: pages when that is enough, else everything."""

    def __init__(self) -> None:
        self.seen: dict[str, int] = {}  # path below ROOT -> mtime in ns, at the last build that succeeded
        self.stale: set[str] | None = None  # pages (below docs/) to build, or None for all
        self.whole = mkdocs.commands.serve.build
        self.modified = File.is_modified

    def build(self, config: Any, *, serve_url: str | None = None, dirty: bool = False) -> None:
        """What MkDocs calls at the start and after each change; `dirty` is always true (see main)."""
        seen = dict(_state())
        self.stale = self._stale(seen)
        self._forget_found(next(p for p in config.plugins.values() if hasattr(p, "search_index_prev")))
        try:
            self.whole(config, serve_url=serve_url, dirty=self.stale is not None)
        except BaseException:
            self.seen = {}  # whatever is repaired next, build everything
            raise
        self.seen = seen

    def is_modified(self, file: File) -> bool:
        """In place of MkDocs' own answer, which compares a page with its Markdown file and knows of no snippets."""
        if file.is_documentation_page():
            return self.stale is None or file.src_uri in self.stale
        return self.modified(file)

    def _forget_found(self, search: Any) -> None:
        """Keep in Material's search plugin what it found on pages that stay, and nothing of those to be built."""
        if self.stale is None:
            search.search_index_prev = None
        elif search.search_index_prev:
            addresses = {_address(page) for page in self.stale}
            kept = [e for e in search.search_index_prev.entries if e["location"].partition("#")[0] not in addresses]
            search.search_index_prev.entries = kept

    def _stale(self, now: dict[str, int]) -> set[str] | None:
        if self.seen.keys() != now.keys():
            return None  # the navigation and the links of any page may depend on a file that came or went
        changed = {name for name, mtime in now.items() if self.seen[name] != mtime}
        pages = {name.removeprefix("docs/") for name in changed if name.startswith("docs/") and name.endswith(".md")}
        snippets = {name.removeprefix("snippets/") for name in changed if name.startswith("snippets/")}
        if len(pages) + len(snippets) < len(changed):
            return None  # the configuration, the theme, the record, the machinery: no page can be sure
        fences = blocks.fences()
        if snippets:  # counts the blocks by their present text
            pages |= {f.page for f in fences if f.language == blocks.GENERATED_LANGUAGE}
        return pages | {f.page for f in fences if f.source and f.source.partition(":")[0] in snippets}


class Compiled(BytecodeCache):
    """Keeps the theme's templates compiled between builds: MkDocs makes a new environment for each."""

    def __init__(self) -> None:
        self.templates: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.templates:
            bucket.bytecode_from_string(self.templates[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.templates[bucket.key] = bucket.bytecode_to_string()


def _state() -> Iterator[tuple[str, int]]:
    for part in PARTS:
        top = ROOT / part
        for file in [top] if top.is_file() else top.rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                yield file.relative_to(ROOT).as_posix(), file.stat().st_mtime_ns


def _address(page: str) -> str:
    """Where MkDocs puts a page: "redis/start.md" at "redis/start/", "index.md" at ""."""
    path = Path(page)
    folder = path.parent if path.name == "index.md" else path.with_suffix("")
    return "" if folder == Path() else f"{folder.as_posix()}/"


def main(argv: Sequence[str] | None = None) -> None:
    """Serve until interrupted; `argv` are options of `mkdocs serve`. Leaves with MkDocs' own exit status."""
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    builder = Builder()
    mkdocs.commands.serve.build = builder.build
    File.is_modified = lambda file: builder.is_modified(file)
    compiled, get_env = Compiled(), Theme.get_env
    Theme.get_env = lambda theme: get_env(theme).overlay(bytecode_cache=compiled)
    mkdocs.commands.serve.LiveReloadServer = functools.partial(LiveReloadServer, polling_interval=INTERVAL)
    # MkDocs warns that such a build forgets links and snippets; this one does not.
    logging.getLogger("mkdocs.commands.build").addFilter(lambda entry: "'dirty' build" not in str(entry.msg))
    # "dirty" makes the search keep the entries of pages that are not built again.
    cli(["serve", "--dirty", *(sys.argv[1:] if argv is None else argv)], prog_name="mkdocs")


if __name__ == "__main__":
    main()
