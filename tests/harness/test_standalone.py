"""Can a reader paste a block alone? A static check: it parses, and every name in it is defined in it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from harness.proof import blocks

WANTED = 0.95  # of the displayed Python blocks of each guide, and of the whole site
# An application of many modules, explained piece by piece: in its guide a file is what stands alone, not a piece.
APPLICATION = "capstone/app/"


def undefined(folder: Path) -> set[str]:
    """Names of the files in `folder` that do not parse or use a name they do not define."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "ruff",
            "check",
            "--isolated",
            "--no-cache",
            "--select",
            "F821",
            "--output-format",
            "json",
            ".",
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return {Path(entry["filename"]).name for entry in json.loads(done.stdout)}


def write(folder: Path, texts: dict[str, str]) -> dict[str, str]:
    """Write each text to a file of its own; file name -> source."""
    names = {}
    for number, (source, text) in enumerate(sorted(texts.items())):
        names[f"block{number}.py"] = source
        (folder / f"block{number}.py").write_text(text + "\n", encoding="utf-8")
    return names


def test_check_knows_a_whole_block_from_a_fragment(tmp_path):
    names = write(tmp_path, {"whole": "import os\nprint(os.name)", "fragment": "print(client)", "broken": "print("})
    assert {names[name] for name in undefined(tmp_path)} == {"fragment", "broken"}


def test_displayed_python_blocks_run_when_pasted_alone(tmp_path):
    shown = {source: block.text for source, block in blocks.displayed().items() if block.kind == "python"}
    names = write(tmp_path, shown)
    partial = sorted(names[name] for name in undefined(tmp_path))
    guides = {source.split("/")[0] for source in shown}
    assert guides, "no Python block is shown at all"
    assert 1 - len(partial) / len(shown) >= WANTED, f"{len(partial)} of {len(shown)} do not stand alone"
    files = {blocks.shown(source.partition(":")[0]) for source in partial if source.startswith(APPLICATION)}
    whole = tmp_path / "whole"
    whole.mkdir()
    write(whole, {block.path: block.text for block in files})
    assert not undefined(whole)
    partial = [source for source in partial if not source.startswith(APPLICATION)]
    for guide in sorted(guides):
        total = sum(source.startswith(guide + "/") for source in shown)
        parts = [source for source in partial if source.startswith(guide + "/")]
        assert 1 - len(parts) / total >= WANTED, (
            f"{guide}: {len(parts)} of {total} do not stand alone: {', '.join(parts)}"
        )
