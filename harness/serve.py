"""`mkdocs serve` for writers: the page is there when you switch to the browser. `python -m harness.serve [OPTIONS]`.

Typed by hand, `mkdocs serve` shows the same pages, later: it builds the whole site before it answers, and again after
each change. This answers as soon as the home page is built, and when nothing but pages and snippets was saved it builds
the pages that show them, and leaves the others as they are.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import mkdocs.commands.build
import mkdocs.commands.serve
from jinja2 import Environment
from jinja2.bccache import Bucket, BytecodeCache
from mkdocs.__main__ import cli
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.theme import Theme

from harness import ROOT, blocks, exemptions, record

INTERVAL = 0.1  # seconds between two looks at the files
PARTS = ("docs", "snippets", "tests", "harness", "overrides", "mkdocs.yml", record.RECORD)
LISTING = "<!-- material/tags"  # on a page where the theme's plugin lists the pages of each subject


class Builder:
    """Builds what has changed since it built last: pages when that is enough, else everything."""

    def __init__(self) -> None:
        self.builds = 0
        self.seen: dict[str, int] = {}  # path below ROOT -> mtime in ns, at the last build that succeeded
        self.stale: set[str] | None = None  # pages (below docs/) to build, or None for all
        self.theme_files: list[str] | None = None
        self.whole = mkdocs.commands.serve.build
        self.populate = mkdocs.commands.build._populate_page
        self.modified = File.is_modified

    def build(self, config: Any, *, serve_url: str | None = None, dirty: bool = False) -> None:
        """What MkDocs calls: for the home page, then for all pages, and then after each change.

        `dirty` is always true (see main).
        """
        self.builds += 1
        seen = _state()
        self.stale = {"index.md"} if self.builds == 1 else self._stale(seen)
        if self.stale is None:
            self.theme_files = None
        else:  # the theme's plugin needs these to know where a subject leads to
            self.stale |= {page for page in _pages() if LISTING in (ROOT / "docs" / page).read_text(encoding="utf-8")}
        self._forget_found(next(p for p in config.plugins.values() if hasattr(p, "search_index_prev")))
        # The second build begins with an empty folder but for the home page, which somebody may be loading.
        keep = self.stale is not None or self.builds == 2
        try:
            self.whole(config, serve_url=serve_url, dirty=keep)
        except BaseException:
            self.seen = {}  # whatever is repaired next, build everything
            raise
        self.seen = seen if self.builds > 1 else {}

    def populate_page(self, page: Page, config: Any, files: Files, dirty: bool = False) -> None:
        """In place of MkDocs' own, which passes over a page that stays. Its subjects are wanted: where they are listed,
        and for the links of those that are built."""
        if self.is_modified(page.file):
            self.populate(page, config, files, dirty)
        else:
            page.read_source(config)
            config.plugins.on_page_markdown(page.markdown, page=page, config=config, files=files)

    def is_modified(self, file: File) -> bool:
        """In place of MkDocs' own answer, which compares a page with its Markdown file and knows of no snippets."""
        if file.is_documentation_page():
            return self.stale is None or file.src_uri in self.stale
        return self.modified(file)

    def environment(self, environment: Environment) -> Environment:
        """The theme's templates. It brings 15,000 files: which, is looked up when everything is built."""
        listed = environment.list_templates

        def list_templates(*args: Any, **kwargs: Any) -> list[str]:
            if self.theme_files is None:
                self.theme_files = listed(*args, **kwargs)
            return self.theme_files

        environment.list_templates = list_templates  # type: ignore[method-assign]
        return environment

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
        # A block links to its test, which is copied as it is.
        copied = {name for name in now if name.startswith("tests/")} - {exemptions.LIST}
        changed = {name for name, mtime in now.items() if self.seen[name] != mtime} - copied
        pages = {name.removeprefix("docs/") for name in changed if name.startswith("docs/") and name.endswith(".md")}
        snippets = {name.removeprefix("snippets/") for name in changed if name.startswith("snippets/")}
        if len(pages) + len(snippets) < len(changed):
            return None  # the configuration, the theme, the record, the machinery: no page can be sure
        if not changed:
            return set()
        fences = blocks.fences()
        # Tables that count the blocks by their present text.
        pages |= {f.page for f in fences if f.language == blocks.GENERATED_LANGUAGE and not f.marks}
        return pages | {f.page for f in fences if f.source and f.source.partition(":")[0] in snippets}


class Server(LiveReloadServer):
    """Answers when the home page is built. Who asks for more waits until all pages are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.complete = threading.Event()
        self.observer = Watcher(self._changed)

    def watch(self, path: str, func: None = None, *, recursive: bool = True) -> None:
        """What MkDocs is told to watch is among the PARTS; that there is something makes it start the watcher."""
        self._watched_paths[path] = 1

    def _changed(self) -> None:
        with self._rebuild_cond:
            self._want_rebuild = True
            self._rebuild_cond.notify_all()

    def _build_loop(self) -> None:
        self.builder()
        self.complete.set()
        super()._build_loop()

    def _serve_request(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes] | None:
        path = environ["PATH_INFO"]
        if path != self.mount_path and not path.startswith(f"{self.mount_path}assets/"):
            self.complete.wait()
        return super()._serve_request(environ, start_response)


class Watcher(threading.Thread):
    """Looks at all files together. MkDocs' own looks through one folder after the other, those behind links twice: at
    ten looks a second that takes a sixth of a core, also from the build."""

    def __init__(self, changed: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self.changed = changed
        self.ended = threading.Event()

    def run(self) -> None:
        seen = _state()
        while not self.ended.wait(INTERVAL):
            if (now := _state()) != seen:
                seen = now
                self.changed()

    def stop(self) -> None:
        self.ended.set()


class Compiled(BytecodeCache):
    """Keeps the theme's templates compiled between builds: MkDocs makes a new environment for each."""

    def __init__(self) -> None:
        self.templates: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.templates:
            bucket.bytecode_from_string(self.templates[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.templates[bucket.key] = bucket.bytecode_to_string()


def _state() -> dict[str, int]:
    """When each file was saved, in ns, by its path below ROOT. Ten times a second: no Path objects."""
    found = {}
    for part in PARTS:
        top = os.path.join(ROOT, part)
        files = [top] if os.path.isfile(top) else _files(top)
        for file in files:
            try:
                found[file[len(str(ROOT)) + 1 :].replace(os.sep, "/")] = os.stat(file).st_mtime_ns
            except OSError:
                continue  # gone since
    return found


def _files(top: str) -> Iterator[str]:
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield from (os.path.join(folder, name) for name in names)


def _pages() -> list[str]:
    docs = ROOT / "docs"
    return [file.relative_to(docs).as_posix() for file in docs.rglob("*.md")]


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
    mkdocs.commands.build._populate_page = builder.populate_page
    File.is_modified = lambda file: builder.is_modified(file)
    compiled, get_env = Compiled(), Theme.get_env
    Theme.get_env = lambda theme: builder.environment(get_env(theme).overlay(bytecode_cache=compiled))
    mkdocs.commands.serve.LiveReloadServer = Server
    # MkDocs warns that such a build forgets links and snippets; this one does not.
    logging.getLogger("mkdocs.commands.build").addFilter(lambda entry: "'dirty' build" not in str(entry.msg))
    # "dirty" makes the search keep the entries of pages that are not built again.
    cli(["serve", "--dirty", *(sys.argv[1:] if argv is None else argv)], prog_name="mkdocs")


if __name__ == "__main__":
    main()
