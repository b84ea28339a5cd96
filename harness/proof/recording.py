"""Recordings of terminal sessions, to play on the page: asciicast v2, beside the `.console` file that was played.

A session is recorded if a file of its name with the suffix `.cast` exists (make an empty one to begin). `make update`
records it anew when the session's text has changed. The file holds the digest of the text that was played, so a
recording of another text is refused.

The pauses are those of the run, except that each command is typed a second after the output before it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness import ROOT
from harness.proof import blocks

TYPING = 1.0  # seconds before each command
LAST = 2.0  # seconds that the end stays in view
AT_ONCE = 0.05  # seconds between two reads of one piece of output
ROWS = 24  # at most
AGAIN = "`make update` records it anew"
_INVISIBLE = re.compile(r"\x1d\d*\x1e|\x1b\[\?2004[hl]")  # the shell's mark of its prompt, and of pasted text


def file_of(session: Path) -> Path:
    """Where the recording of a `.console` file is."""
    return session.with_suffix(blocks.RECORDING)


def wanted(session: Path) -> bool:
    """Whether this session is to be recorded: its recording exists, and is of another text."""
    file = file_of(session)
    return file.exists() and fault(file) is not None


def header(file: Path) -> dict[str, Any]:
    """The first line of a recording; empty for a file that is none."""
    try:
        found = json.loads(file.read_text(encoding="utf-8").partition("\n")[0])
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def fault(file: Path) -> str | None:
    """Why a recording must not be shown, or None."""
    session = file.with_suffix(".console")
    if not session.exists():
        return f"{file.name} has no session {session.name} beside it: delete it"
    if header(file).get("digest") != digest(session.read_text(encoding="utf-8")):
        return f"{file.name} is not a recording of the present {session.name}: {AGAIN}"
    return None


def digest(text: str) -> str:
    """The key of a recording: that of the displayed block."""
    return blocks.sha256(text)[: blocks.DIGEST]


def problems(root: Path = ROOT) -> list[str]:
    """A line for each recording below `root` that must not be shown."""
    files = sorted((root / "snippets").rglob(f"*{blocks.RECORDING}"))
    return [f"{file.relative_to(root).as_posix()}: {why}" for file in files if (why := fault(file))]


@dataclass
class _Part:
    when: float  # seconds of a monotonic clock
    text: str
    typed: bool = False


class Recorder:
    """Notes what a terminal shows, and when. `clean` takes from its text what the page does not show either."""

    def __init__(self, clean: Callable[[str], str]) -> None:
        self._clean = clean
        self._parts: list[_Part] = []

    def typed(self, now: float, prompt: str, command: str) -> None:
        """Note a command that was sent."""
        first, *more = command.split("\n")
        self._parts.append(_Part(now, "\n".join([prompt + first, *("> " + line for line in more), ""]), typed=True))

    def shown(self, now: float, text: str) -> None:
        """Note what the terminal has shown. What comes at once is one part, so that no word is cut in two."""
        last = self._parts[-1] if self._parts else None
        if last and not last.typed and now - last.when < AT_ONCE:
            last.text += text
        else:
            self._parts.append(_Part(now, text))

    def events(self) -> Iterator[tuple[float, str]]:
        """(seconds since the beginning, text), without what is invisible."""
        late = 0.0
        for part in self._parts:
            late += TYPING * part.typed
            if seen := self._clean(_INVISIBLE.sub("", part.text)).replace("\n", "\r\n"):
                yield round(part.when - self._parts[0].when + late, 3), seen

    def save(self, session: Path, text: str) -> None:
        """Write the recording of `session`, whose text is now `text`."""
        events = list(self.events())
        lines = text.splitlines()
        head = {
            "version": 2,
            "width": max(60, *(len(line) + 1 for line in lines)),
            "height": min(ROWS, len(lines) + 1),
            "timestamp": int(datetime.now(UTC).timestamp()),
            "digest": digest(text),
        }
        end = [events[-1][0] + LAST, "o", ""] if events else []
        rows = [head, *([when, "o", seen] for when, seen in events), *([end] if end else [])]
        content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        file_of(session).write_text(content, encoding="utf-8")
