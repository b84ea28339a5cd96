"""Compares what a page shows with what a run printed.

Some text differs on every run. A *mask* names such text; expected and actual output are both masked before they
are compared, so a page shows one real value and any other value of the same shape passes. The list is short on
purpose and is printed on the page *How every block is tested*. A line that holds nothing but `...` stands for any
number of lines.
"""

from __future__ import annotations

import difflib
import os
import re

from harness.proof.evidence import Snippet

UPDATE = "GUIDE_UPDATE"  # environment variable: "1" rewrites shown outputs instead of failing

# name, what it stands for, pattern. Order matters: longer shapes first.
MASKS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    (
        "uuid",
        "ids of tasks and messages",
        re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"),
    ),
    (
        "hex id",
        "ids of Sentry events, traces and spans",
        re.compile(r"\b[0-9a-f]{32}\b|\b(?=[a-f]*\d)[0-9a-f]{16}\b"),
    ),
    (
        "time",
        "dates with a time of day",
        re.compile(
            r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?"
            r"|\b\d\d? [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d\.\d{3}"
        ),
    ),
    (
        "duration",
        "seconds and milliseconds that were measured",
        re.compile(r"\b\d+\.\d+(?= ?(?:s|ms|seconds)\b)"),
    ),
    (
        "pid",
        "process ids, where a program says that they are",
        re.compile(r"(?<=pid[ =:])\d+|(?<=pid: )\d+|(?<=PID )\d+|(?<=process \[)\d+|^\d+(?=:[A-Z] )", re.M),
    ),
    ("pool", "the number of a Celery pool process", re.compile(r"(?<=ForkPoolWorker-)\d+")),
    ("entry id", "ids of entries in a Redis stream", re.compile(r"\b1\d{12}-\d+\b")),
    ("job", "the process id that a shell prints for a background command", re.compile(r"(?<=^\[\d\] )\d+$", re.M)),
    ("host", "the name of the machine that a Celery worker runs on", re.compile(r"(?<=\bcelery@)[\w.-]+")),
    ("C line", "line numbers in the C source of Python's ssl module", re.compile(r"(?<=\(_ssl\.c:)\d+(?=\))")),
    ("ratio", "how many times as fast something was, as measured", re.compile(r"\b\d+\.\d+(?= ×)")),
    ("count", "what a drill counted while a server was dying", re.compile(r"(?<=counted: )\d+")),
    ("Erlang process", "process numbers in the log of RabbitMQ", re.compile(r"<0\.\d+\.\d+>")),
    ("client port", "the port of a client in the log of RabbitMQ", re.compile(r"(?<=127\.0\.0\.1:)\d+(?= -> )")),
    (
        "connection age",
        "how long a connection lived, in the log of RabbitMQ",
        re.compile(r"(?<=duration: ')\d+(?=ms')"),
    ),
    ("address", "addresses in memory", re.compile(r"\b0x[0-9a-f]{6,16}\b")),
)
# Masks of what a run measured: the page shows one run's number, and says of which day it is.
MEASURED = ("duration", "ratio", "count", "connection age")


def measured(text: str) -> bool:
    """Whether `text` shows a number that was measured, so that another run's differs."""
    return any(pattern.search(text) for name, _, pattern in MASKS if name in MEASURED)


def masked(text: str) -> str:
    """`text` with everything that a mask names replaced by the mask's name in angle quotes."""
    for name, _, pattern in MASKS:
        text = pattern.sub(f"‹{name}›", text)
    return "\n".join(line.rstrip() for line in text.splitlines())


def matches(expected: str, actual: str, *, prefix: bool = False) -> bool:
    """Whether `actual` is what `expected` shows; with `prefix`, more may follow."""
    pattern = ""
    for line in masked(expected).splitlines():
        pattern += r"(?:[^\n]*\n)*?" if line.strip() == "..." else re.escape(line) + r"\n"
    if prefix:
        pattern += r"(?:[^\n]*\n)*"
    text = masked(actual)
    return re.fullmatch(pattern, text + "\n" if text else "") is not None


def difference(expected: str, actual: str, where: str) -> str:
    """A unified diff of the masked texts, for a failure message."""
    lines = difflib.unified_diff(
        masked(expected).splitlines(),
        masked(actual).splitlines(),
        f"{where} (shown)",
        "this run",
        lineterm="",
        n=2,
    )
    return "\n".join(lines)


def updating() -> bool:
    return os.environ.get(UPDATE) == "1"


def check(snippet: Snippet, actual: str) -> None:
    """Assert that the snippet shows `actual`, or rewrite it when outputs are being updated."""
    if matches(snippet.text, actual):
        return
    if updating():
        snippet.file.write_text(actual.rstrip("\n") + "\n", encoding="utf-8")
        return
    where = f"snippets/{snippet.relative}"
    raise AssertionError(
        f"{where}: the output shown is not the output of this run; `make update` rewrites it\n"
        + difference(snippet.text, actual, where)
    )
