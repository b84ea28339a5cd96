"""What the pages show: finds every fence in `docs/` and the snippet behind it.

Two views of the same thing are built here and nowhere else: the *displayed text* of a snippet or of one of its
named sections (what a reader sees and copies, and what the SHA-256 is taken of), and the list of fences in the
pages. Sections are `# --8<-- [start:name]` … `# --8<-- [end:name]`, as `pymdownx.snippets` reads them.
"""

from __future__ import annotations

import hashlib
import os
import re
import textwrap
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from harness import ROOT, HarnessError

# File ending -> (kind of block, fence languages it may be shown with). Whatever is not listed here has no
# executor and may not be shown.
KINDS: dict[str, tuple[str, frozenset[str]]] = {
    ".py": ("python", frozenset({"python"})),
    ".console": ("transcript", frozenset({"console"})),
    ".redis": ("redis-cli", frozenset({"redis"})),
    ".sh": ("shell", frozenset({"bash"})),
    ".conf": ("configuration", frozenset({"ini", "nginx", "text"})),
    ".ini": ("configuration", frozenset({"ini"})),
    ".toml": ("configuration", frozenset({"toml"})),
    ".service": ("configuration", frozenset({"ini"})),
    ".yml": ("configuration", frozenset({"yaml"})),
    ".dockerfile": ("configuration", frozenset({"dockerfile"})),
    ".js": ("JavaScript", frozenset({"javascript"})),
    ".jsx": ("JavaScript", frozenset({"javascript"})),
    ".htm": ("web page", frozenset({"html"})),  # not .html: that is a page of the site
    ".table": ("generated table", frozenset({"table"})),
    ".json": ("captured output", frozenset({"json"})),
    ".http": ("captured output", frozenset({"http"})),
    ".log": ("captured output", frozenset({"text"})),
    ".txt": ("captured output", frozenset({"text"})),
}
# The one fence that shows no snippet: it is replaced by tables made from the verification record, or, when it says
# "not-executed NAME", by a mark that the text before it describes what no test here can execute.
GENERATED_LANGUAGE = "verification"
NOT_EXECUTED = "not-executed"
RECORDING = ".cast"  # what a session looked like while it was played: shown with its `.console`
DIGEST = 32  # hexadecimal digits of a SHA-256 that are the key of a block in the record

_FENCE = re.compile(r"^(?P<indent>[ \t>]*)(?P<ticks>`{3,}|~{3,})[ \t]*(?P<info>.*?)[ \t]*$")
_INCLUDE = re.compile(r'^\s*-+8<-+\s+"(?P<source>[^"]+)"\s*$')
_SECTION = re.compile(r"(?i)^.*?-+8<-+[ \t]+\[[ \t]*(?P<edge>start|end)[ \t]*:[ \t]*(?P<name>[a-z][-_0-9a-z]*)[ \t]*\]")


@dataclass(frozen=True)
class Shown:
    """One displayed text: a snippet file or a section of it."""

    source: str  # "redis/start/hello.py" or "redis/start/hello.py:strings"
    path: str  # "redis/start/hello.py", below snippets/
    text: str  # as displayed: markers removed, sections dedented, no newline at the end
    lines: tuple[int, ...]  # 1-based numbers of the displayed lines in the file
    sha256: str

    @property
    def kind(self) -> str:
        return KINDS[Path(self.path).suffix][0]

    @property
    def digest(self) -> str:
        """The key of the block in the record: the first 128 bits of its SHA-256 (hex)."""
        return self.sha256[:DIGEST]


@dataclass(frozen=True)
class Fence:
    """One fence on a page."""

    page: str  # "redis/start.md", below docs/
    line: int  # 1-based line of the opening fence
    language: str
    source: str | None  # what it includes, or None when something was typed into it
    text: str = ""  # what stands in it

    @property
    def where(self) -> str:
        return f"docs/{self.page}:{self.line}"

    @property
    def marks(self) -> str | None:
        """The passage that this fence marks as not executed, or None for any other fence."""
        which, _, name = self.text.partition(" ")
        return name.strip() if self.language == GENERATED_LANGUAGE and which == NOT_EXECUTED and name else None


def sha256(text: str) -> str:
    """The key of a block: SHA-256 (hex) of its displayed text without trailing newlines, in UTF-8."""
    return hashlib.sha256(text.rstrip("\n").encode()).hexdigest()


def shown(source: str, root: Path = ROOT) -> Shown:
    """Read what `source` ("path" or "path:section", below snippets/) displays.

    Raises HarnessError when the file or the section does not exist, or the file holds a tab (Markdown would
    turn it into spaces, so a reader could not copy what was executed).
    """
    path, _, section = source.partition(":")
    file = f"{root}/snippets/{path}"  # no Path: this is asked a thousand times for a page that lists all blocks
    try:
        stat = os.stat(file)
    except OSError:
        raise HarnessError(f"snippets/{path} does not exist: create it or correct the include") from None
    return _shown(source, path, section, file, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=4096)
def _shown(source: str, path: str, section: str, file: str, _mtime: int, _size: int) -> Shown:
    content = Path(file).read_text(encoding="utf-8")
    if "\t" in content:
        raise HarnessError(f"snippets/{path} holds a tab character: use spaces, Markdown changes tabs")
    picked: list[tuple[int, str]] = []
    inside = not section
    found = not section
    for number, line in enumerate(content.splitlines(), 1):
        if marker := _SECTION.match(line):
            if section and marker["name"] == section:
                inside = marker["edge"].lower() == "start"
                found = found or inside
            continue
        if inside:
            picked.append((number, line))
    if not found:
        raise HarnessError(f"snippets/{path} has no section {section!r}: add [start:{section}] or correct the include")
    while picked and not picked[-1][1].strip():
        picked.pop()
    if not picked:
        raise HarnessError(f"snippets/{source} is empty: there is nothing to show or to execute")
    text = "\n".join(line for _, line in picked)
    if section:
        text = textwrap.dedent(text)
    return Shown(source, path, text, tuple(number for number, _ in picked), sha256(text))


def fences(root: Path = ROOT) -> list[Fence]:
    """Every fence of every page below docs/, in page and line order."""
    found: list[Fence] = []
    docs = root / "docs"
    for file in sorted(docs.rglob("*.md")):
        found.extend(page_fences(file.relative_to(docs).as_posix(), root))
    return found


def page_fences(page: str, root: Path = ROOT) -> tuple[Fence, ...]:
    """Every fence of one page; `page` is its path below docs/."""
    file = root / "docs" / page
    stat = file.stat()
    return _page_fences(page, str(file), stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=1024)
def _page_fences(page: str, file: str, _mtime: int, _size: int) -> tuple[Fence, ...]:
    found: list[Fence] = []
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    number = 0
    while number < len(lines):
        opening = _FENCE.match(lines[number])
        start = number + 1
        number += 1
        if not opening:
            continue
        body = []
        while number < len(lines):
            closing = _FENCE.match(lines[number])
            number += 1
            if (
                closing
                and not closing["info"]
                and closing["ticks"][0] == opening["ticks"][0]
                and len(closing["ticks"]) >= len(opening["ticks"])
            ):
                break
            body.append(lines[number - 1])
        info = opening["info"].strip("{} ")
        language = info.split()[0].lstrip(".") if info else ""
        include = _INCLUDE.match(body[0]) if len(body) == 1 else None
        source = include["source"] if include else None
        found.append(Fence(page, start, language, source, "\n".join(body).strip()))
    return tuple(found)


def displayed(root: Path = ROOT) -> dict[str, Shown]:
    """Every block that some page shows, by source ("path" or "path:section")."""
    return {
        fence.source: shown(fence.source, root)
        for fence in fences(root)
        if fence.source is not None and fence.language != GENERATED_LANGUAGE
    }


def problems(root: Path = ROOT) -> list[str]:
    """Everything about pages and snippets that must stop a run, one line each (empty when all is well)."""
    found: list[str] = []
    shown_files: set[str] = set()
    for fence in fences(root):
        if fence.language == GENERATED_LANGUAGE:
            continue
        if fence.source is None:
            found.append(
                f"{fence.where}: code is typed into the page; move it to snippets/ and include it with"
                ' --8<-- "guide/page/file.py"'
            )
            continue
        try:
            block = shown(fence.source, root)
        except HarnessError as error:
            found.append(f"{fence.where}: {error}")
            continue
        shown_files.add(block.path)
        suffix = Path(block.path).suffix
        if suffix not in KINDS:
            found.append(
                f"{fence.where}: no executor for {suffix or 'a file without ending'} ({block.path});"
                " see KINDS in harness/proof/blocks.py"
            )
        elif fence.language not in KINDS[suffix][1]:
            allowed = " or ".join(sorted(KINDS[suffix][1]))
            found.append(
                f"{fence.where}: fence language {fence.language!r} has no executor for {block.path}; use {allowed}"
            )
    snippets = root / "snippets"
    for file in sorted(snippets.rglob("*")):
        name = file.relative_to(snippets).as_posix()
        with_session = name.removesuffix(RECORDING) + ".console" if file.suffix == RECORDING else name
        if file.is_file() and "__pycache__" not in name and with_session not in shown_files:
            found.append(f"snippets/{name}: no page shows it; include it in a page or delete it")
    return found
