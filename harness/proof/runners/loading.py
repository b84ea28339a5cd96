"""Whether a program read a configuration file: its command line names the file, and the file holds the snippet."""

from __future__ import annotations

import glob
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.proof.evidence import Snippet
from harness.proof.runners.terminal import Terminal
from harness.proof.runners.workspace import Process

_WORD = re.compile(r"[\w./-]+")
Command = tuple[list[str], Path]  # words, and the folder in which it ran


@dataclass(frozen=True)
class Bundle:
    """What a browser was served: the built `folder`, and the `scripts` that it asked for (paths below the folder).

    The source map of a script holds the text of each file that it was built from.
    """

    folder: Path
    scripts: frozenset[str]

    def holds(self, snippet: Snippet) -> bool:
        pages = (file.read_bytes() for file in self.folder.glob("*.htm*"))
        if any(page == snippet.data for page in pages):
            return bool(self.scripts)
        maps = [self.folder / f"{script}.map" for script in self.scripts]
        texts = (text for file in maps for text in json.loads(file.read_text(encoding="utf-8"))["sourcesContent"])
        return any(text == snippet.text for text in texts)


def check(snippet: Snippet, by: str, program: Any, commands: Iterable[Command] | None = None) -> None:
    """Assert that `program`, which is called `by`, was started with the snippet.

    program: a `Process` of a workspace, a `Terminal` that has played its session, the `Bundle` that a browser was
    served, or what the site knows: then `commands` are its command lines, each with the folder in which it ran. Its
    command must name a file with the bytes of the snippet. When `by` begins with "its" ("its commands"), the snippet
    holds commands, and the program must be one of them.
    """
    if isinstance(program, Bundle):
        assert program.holds(snippet), f"snippets/{snippet.relative}: no script that {by} asked for was built from it"
        return
    name = by.split()[0]
    started = list(_commands(program) if commands is None else commands)
    for words, folder in started:
        if name == "its":
            if _is_command_of(words, snippet.text):
                return
        elif any(Path(word).name == name for word in words) and any(
            _holds(file, snippet) for file in _files(words, folder)
        ):
            return
    told = "\n".join("  " + " ".join(words)[:200] for words, _ in started)
    raise AssertionError(
        f"snippets/{snippet.relative}: {by} was not started with it" + (f"; what was started:\n{told}" if told else "")
    )


def _is_command_of(words: list[str], text: str) -> bool:
    """Whether this command stands in a file: word by word, or as a line (after a keyword of a Dockerfile)."""
    lines = [re.sub(r"^[A-Z]+ ", "", line) for line in text.splitlines()]
    return all(word in text for word in words) or any(line in " ".join(words) for line in lines if " " in line)


def _commands(program: Any) -> Iterator[Command]:
    """The command lines of a program, in words, each with the folder in which it ran."""
    if isinstance(program, Process):
        if (program.returncode or 0) <= 0:  # it runs, was ended by a signal, or had nothing to complain of
            yield program.argv, program.cwd
    elif isinstance(program, Terminal):
        for step in program.steps:
            yield _WORD.findall(step.command), program.folder
    else:
        raise TypeError(f"loaded() does not know how {program!r} was started: see the hook pytest_proof_commands")


def _files(words: list[str], folder: Path) -> Iterator[Path]:
    for word in words:
        for name in glob.glob(str(folder / word)) if len(word) < 1000 else ():
            if Path(name).is_file():
                yield Path(name)


def _holds(file: Path, snippet: Snippet) -> bool:
    """Whether the file holds the snippet; Sentinel adds to its file what it learns, and quotes what it was told."""
    data = file.read_bytes()
    if data == snippet.data:
        return True
    settings = {line for line in snippet.text.splitlines() if line and not line.startswith("#")}
    return file.suffix == ".conf" and settings <= set(data.decode(errors="replace").replace('"', "").splitlines())
