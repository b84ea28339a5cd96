"""Install commands name what was tested: each package with a version range, computed from the lock.

A range begins at the locked minor version and ends before the next major one; before the next minor one for versions
0.x, and for the packages that pyproject.toml lists under `by-minor`. `python -m harness.site.ranges` writes the ranges
into all install commands of pages and snippets, and the exact versions into docs/constraints.txt.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import ROOT

CONSTRAINTS = "docs/constraints.txt"
_KINDS = (".sh", ".console", ".dockerfile", ".yml")  # snippets that hold commands
_PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<major>\d+)\.(?P<minor>\d+)\S*(?: ;[^\\\n]*)?", re.M)
# In a page a command is code within a paragraph, possibly wrapped; in a snippet a line, possibly continued.
_CODE = re.compile(r"(?<!`)`(?!`)(?P<code>(?:[^`\n]|\n(?!\s*\n))+)`(?!`)")
_LINE = re.compile(r"(?P<code>(?:.*\\\n)*.+)")
_COMMAND = re.compile(r"\b(?:pip3?\s+install|pipx\s+install|uv\s+add|uv\s+tool\s+install)\b(?P<words>[^;|&]*)")
_WORD = re.compile(r'"[^"]*"|\'[^\']*\'|\S+')
_PACKAGE = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)(?P<extras>\[[\w,-]+\])?(?:[<>=!~].*)?")
_WITH_VALUE = {"-r", "--requirement", "-c", "--constraint", "-t", "--target", "-e", "--editable", "-p", "--python"}


@dataclass(frozen=True)
class Requirement:
    """A package as an install command names it, at the offsets `start` to `end` of a file below the root.

    `wanted` is how the lock has it, None when no lock knows the package.
    """

    file: str
    line: int
    start: int
    end: int
    command: str
    text: str
    wanted: str | None


def settings(root: Path = ROOT) -> dict[str, Any]:
    """The table [tool.guide.ranges] of pyproject.toml."""
    content: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    table: dict[str, Any] = content["tool"]["guide"]["ranges"]
    return table


def exemptions(root: Path = ROOT) -> set[tuple[str, str]]:
    """File and command of what shows a mistake on purpose."""
    return {(entry["file"], entry["command"]) for entry in settings(root)["exempt"]}


def ranges(root: Path = ROOT) -> dict[str, str]:
    """Name -> version range, for every package of the locks. The first lock that knows a package counts."""
    rules, versions = settings(root), dict[str, list[tuple[int, int]]]()
    for lock in rules["locks"]:
        pins = list(_PIN.finditer((root / lock).read_text(encoding="utf-8")))
        for name in {pin["name"] for pin in pins} - versions.keys():
            # Several versions, for different Pythons: the range spans them.
            versions[name] = sorted((int(pin["major"]), int(pin["minor"])) for pin in pins if pin["name"] == name)
    found = {}
    for name, known in versions.items():
        (major, minor), (last, last_minor) = known[0], known[-1]
        end = f"{last}.{last_minor + 1}" if last == 0 or name in rules["by-minor"] else f"{last + 1}"
        found[name] = f">={major}.{minor},<{end}"
    return found


def requirements(root: Path = ROOT) -> Iterator[Requirement]:
    """Every package that an install command of a page or a snippet names, but for the exempt commands."""
    known, exempt = ranges(root), exemptions(root)
    snippets = [path for path in (root / "snippets").rglob("*") if path.suffix in _KINDS]
    for path in sorted([*(root / "docs").rglob("*.md"), *snippets]):
        text, file = path.read_text(encoding="utf-8"), path.relative_to(root).as_posix()
        for code in (_CODE if path.suffix == ".md" else _LINE).finditer(text):
            for found in _COMMAND.finditer(code["code"]):
                command = " ".join(found[0].split()).strip("\"'")
                start = code.start("code") + found.start("words")
                for word in [] if (file, command) in exempt else _words(found["words"]):
                    if package := _PACKAGE.fullmatch(word[0].strip("\"'")):  # no folder, and no ellipsis
                        range_ = known.get(package["name"].lower())
                        wanted = f'"{package["name"]}{package["extras"] or ""}{range_}"' if range_ else None
                        here = start + word.start()
                        line = text.count("\n", 0, here) + 1
                        yield Requirement(file, line, here, start + word.end(), command, word[0], wanted)


def _words(text: str) -> Iterator[re.Match[str]]:
    """What a command line holds but options and their values."""
    before = ""
    for word in _WORD.finditer(text):
        if before not in _WITH_VALUE and not word[0].startswith(("-", "#", "\\")):
            yield word
        before = word[0]


def problems(root: Path = ROOT) -> list[str]:
    """What is wrong with the install commands of pages and snippets, one line each."""
    found = []
    for each in requirements(root):
        where = f"{each.file}:{each.line}"
        if each.wanted is None:
            found.append(
                f"{where}: no lock knows {each.text}: add it to pyproject.toml and run `make lock`,"
                f" or list {each.command!r} there as exempt, with the reason"
            )
        elif each.text != each.wanted:
            found.append(
                f"{where}: {each.text} is not what was tested: write {each.wanted} (`python -m harness.site.ranges`)"
            )
    return found


def constraints(root: Path = ROOT) -> str:
    """The lock of the pages' packages without hashes, as pip and uv take it with `--constraint`."""
    pins = [pin[0].rstrip() for pin in _PIN.finditer((root / settings(root)["locks"][0]).read_text(encoding="utf-8"))]
    return "\n".join(["# The versions that the blocks of this guide were executed with.", *pins, ""])


def write(root: Path = ROOT) -> list[str]:
    """Write what `problems` asks for, and the constraints; returns the files that changed."""
    texts = {CONSTRAINTS: constraints(root)}
    for each in reversed(list(requirements(root))):  # from the end of a file, so that the offsets stay right
        text = texts.get(each.file) or (root / each.file).read_text(encoding="utf-8")
        texts[each.file] = text[: each.start] + (each.wanted or each.text) + text[each.end :]
    before = {file: path.read_text(encoding="utf-8") for file in texts if (path := root / file).exists()}
    changed = sorted(file for file, text in texts.items() if text != before.get(file))
    for file in changed:
        (root / file).write_text(texts[file], encoding="utf-8")
    return changed


if __name__ == "__main__":
    print("\n".join(write()) or "nothing to change")
    sys.exit("\n".join(problems()) or 0)
