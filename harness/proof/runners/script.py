"""Executes a Python script with `pytest-examples`: clean namespace, every `#>` line compared with its print."""

from __future__ import annotations

import difflib
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import coverage
from pytest_examples import CodeExample, EvalExample
from ruff import find_ruff_bin

from harness import ROOT
from harness.proof.evidence import Snippet
from harness.proof.runners.compare import updating

LINE = 88  # characters of code and of shown output that fit on a page


def lint(file: Path, text: str) -> None:
    """Assert that ruff has nothing to say about the content or the format of `file`; `text` is what it holds."""
    name = file.relative_to(ROOT)
    status, said = _ruff("check", text, name)
    assert status == 0, f"ruff check: {name}\n{said}"
    _, formatted = _ruff("format", text, name)
    # Ruff puts a space into every comment; `#>` marks an output.
    formatted = re.sub(r"^(\s*)# >", r"\1#>", formatted, flags=re.M)
    changes = "".join(difflib.unified_diff(text.splitlines(True), formatted.splitlines(True), str(name), "ruff format"))
    assert not changes, f"ruff format: {changes}"


@cache  # several tests execute the same file
def _ruff(command: str, text: str, name: Path) -> tuple[int, str]:
    done = subprocess.run(
        # The name tells ruff where to look for its configuration.
        [
            *(find_ruff_bin(), command, "--no-cache", "--quiet", f"--line-length={LINE}"),
            *("--stdin-filename", str(name), "-"),
        ],
        cwd=ROOT,
        input=text,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def run(evaluate: EvalExample, snippet: Snippet, lines: set[int]) -> dict[str, Any]:
    """Run a snippet as `__main__`, comparing its outputs; return its globals.

    The lines that ran (1-based) are added to `lines`, also when the script raises: whatever it raises goes on to
    the caller. Pytest's Failed is raised when an output differs from the one shown.
    """
    file = snippet.file
    lint(file, snippet.text)
    example = CodeExample.create(snippet.text, path=file, prefix="py")
    evaluate.set_config(line_length=LINE, target_version="py310")
    executed = evaluate.tmp_path / f"{example.module_name}.py"
    main = sys.modules["__main__"]
    measure = coverage.Coverage(data_file=None, include=[str(executed)], config_file=False, messages=False)
    measure.start()
    try:
        if updating():
            result = evaluate.run_print_update(example, rewrite_assertions=False)
        else:
            result = evaluate.run_print_check(example, rewrite_assertions=False)
    except Exception as error:
        # pytest-examples puts together a traceback that pytest 9 cannot print: keep what it says, the line.
        last = error.__traceback__
        while last and last.tb_next:
            last = last.tb_next
        if last:
            error.add_note(f"raised at snippets/{snippet.relative}:{last.tb_lineno}")
        raise error.with_traceback(None) from error.__cause__
    finally:
        measure.stop()
        sys.modules["__main__"] = main
        lines.update(measure.get_data().lines(str(executed)) or ())
    if updating() and example.source != snippet.text:
        file.write_text(example.source, encoding="utf-8")
    evaluate.to_update.clear()  # written above, for pytest-examples would write Markdown offsets
    return result
