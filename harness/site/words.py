"""Phrases that the site does not use: `overrides/words.toml` says which, what to write instead, and where one is right.

Only prose is looked at. Code, addresses and settings of a page keep the words that programs gave them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness import ROOT, HarnessError

PATTERNS = "overrides/words.toml"
PROSE = ("docs/**/*.md", "overrides/*.md", "overrides/**/*.html", "docs/assets/img/*.svg", "*.md")
# What a reader does not read as prose, longest first. Blanked out, so that lines keep their numbers.
_NOT_PROSE = re.compile(
    r"\A---\n.*?\n---\n|^(?P<ticks> *[`~]{3,}).*?^(?P=ticks) *$|\{[%#].*?[%#]\}"
    r"|<(?:style|script|metadata)\b.*?</|<!--.*?-->|(?P<tick>`+)(?!`).+?(?<!`)(?P=tick)(?!`)|\]\([^)]*\)|\{[:#.][^}]*\}|<[^>]+>|https?://\S+",
    re.M | re.S,
)
_TITLE = re.compile(r"^(?:title|description): .*", re.M)


@dataclass(frozen=True)
class Pattern:
    """One phrase. `allowed`: contexts in which it is right; `within`: paths that it is about, all when empty."""

    find: re.Pattern[str]
    write: str
    allowed: tuple[re.Pattern[str], ...]
    within: tuple[str, ...]


def patterns(root: Path = ROOT) -> list[Pattern]:
    """The phrases of the file. Raises HarnessError for one that is no regular expression or says nothing to write."""
    found = []
    for entry in tomllib.loads((root / PATTERNS).read_text(encoding="utf-8"))["phrase"]:
        try:
            find, *allowed = (re.compile(text, re.M) for text in (entry["find"], *entry.get("allowed", ())))
            found.append(Pattern(find, entry["write"], tuple(allowed), tuple(entry.get("within", ()))))
        except (re.error, KeyError) as error:
            raise HarnessError(f"{PATTERNS}: {entry}: {error!r}: give `find` and `write`") from None
    return found


def prose(text: str) -> str:
    """The text with everything but prose replaced by spaces; line breaks stay."""

    def blank(match: re.Match[str]) -> str:
        titles = {(at.start(), at.end()) for at in _TITLE.finditer(match[0])} if match[0].startswith("---") else set()
        kept = {index for start, end in titles for index in range(start, end)}
        return "".join(letter if letter == "\n" or index in kept else " " for index, letter in enumerate(match[0]))

    return _NOT_PROSE.sub(blank, text)


def faults(name: str, text: str, wanted: Sequence[Pattern]) -> Iterator[str]:
    """One line for each phrase in the file `name` that is not to be there, with what to write instead."""
    text = prose(text)
    for pattern in wanted:
        if pattern.within and not name.startswith(pattern.within):
            continue
        right = [at.span() for allowed in pattern.allowed for at in allowed.finditer(text)]
        for at in pattern.find.finditer(text):
            if not any(start <= at.start() and at.end() <= end for start, end in right):
                line = text.count("\n", 0, at.start()) + 1
                said = " ".join(at[0].split())
                yield f'{name}:{line}: "{said}": write {pattern.write}'


def problems(root: Path = ROOT) -> list[str]:
    """What the words of all pages, pictures and documents are not to say, one line each."""
    if not (root / PATTERNS).exists():
        return []
    wanted = patterns(root)
    files = sorted({file for glob in PROSE for file in root.glob(glob) if "source" not in file.relative_to(root).parts})
    return [
        line
        for file in files
        for line in faults(file.relative_to(root).as_posix(), file.read_text(encoding="utf-8"), wanted)
    ]
