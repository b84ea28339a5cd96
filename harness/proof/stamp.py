"""The seal between a run and what is published: the tree that a run read, and what it established about it.

A run takes the digest of the tree before it reads anything, and compares at its end; a green one leaves a *stamp* with
the digest of the start (`.cache/runs/LANE.json`, never committed). Publishing accepts stamps of this very tree only.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from harness import ROOT, HarnessError
from harness.proof import evidence, record
from harness.proof.judge import Verdict
from harness.proof.record import Record

# What a run itself writes: neither is an input of it.
OUTPUTS = frozenset({record.RECORD, evidence.RETRIES})
# In a tree without git: what `.gitignore` says there is to leave out, at the top and anywhere.
BUILT = frozenset({".git", ".venv", ".cache", "site", "build"})
CACHES = frozenset({"__pycache__", ".pytest_cache", ".ruff_cache", ".mypy_cache"})


class Tree:
    """Every file that a run may read, with what was in it at one moment."""

    def __init__(self, root: Path = ROOT) -> None:
        self._files: dict[str, tuple[str, int]] = {}  # path below the root -> digest, and when it was written (ns)
        for name in _names(root):
            file = root / name
            if file.is_symlink():  # docs/source/ leads to the record, which the run writes
                self._files[name] = (f"-> {file.readlink()}", 0)
            elif file.is_file():
                self._files[name] = (evidence.file_digest(file), file.stat().st_mtime_ns)

    @property
    def digest(self) -> str:
        """SHA-256 over the path and content of every file."""
        listing = "".join(f"{name}\0{content}\n" for name, (content, _) in sorted(self._files.items()))
        return hashlib.sha256(listing.encode()).hexdigest()

    def changes(self, now: Tree) -> list[str]:
        """What happened between this moment and another, a line for each file. One that was written and holds the same
        again counts: between the two it may have held anything."""
        lines = []
        for name in sorted(self._files.keys() | now._files.keys()):
            if name not in now._files:
                lines.append(f"{name} was deleted during the run")
            elif name not in self._files:
                lines.append(f"{name} was added during the run")
            elif self._files[name] != now._files[name]:
                lines.append(f"{name} was changed during the run")
        return lines


def _names(root: Path) -> set[str]:
    """The files of the tree, tracked or not, without those that git ignores and the run's own output."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=False,
    )
    # A tree that lies in another clone, unpacked somewhere in it, is no part of that.
    if listing.returncode == 0 and (root / ".git").exists():
        names = {name for name in listing.stdout.decode(errors="surrogateescape").split("\0") if name}
    else:
        names = set()
        for folder, folders, files in os.walk(root):
            left_out = CACHES | BUILT if Path(folder) == root else CACHES
            folders[:] = [name for name in folders if name not in left_out and not name.endswith(".egg-info")]
            paths = [Path(folder, name) for name in (*files, *folders)]
            names |= {
                path.relative_to(root).as_posix()
                for path in paths
                if (path.is_symlink() or path.is_file()) and not path.name.startswith(".coverage")
            }
    return names - OUTPUTS


def file(lane: str, root: Path = ROOT) -> Path:
    return root / ".cache" / "runs" / f"{lane}.json"


def leave(verdict: Verdict, tests: Mapping[str, int], tree: Tree, root: Path = ROOT) -> None:
    """Keep what a green run established about the tree as it was at the start, for `make site`."""
    content = {
        "tree": tree.digest,
        "tests": dict(tests),
        "shown": verdict.shown,
        "record": json.loads(record.text(verdict.proven)),
    }
    record.write(file(verdict.lane, root), json.dumps(content))


def published(root: Path = ROOT) -> Record:
    """What may be published: proven by runs of this very tree, every displayed block among it.

    Raises HarnessError when the current lane was not run on this tree, or a shown block is unproven; the message
    names page and block.
    """
    digest = Tree(root).digest
    # The date of shown measurements is in the committed record; its proofs count for nothing here.
    committed = record.load(root / record.RECORD)
    found = Record({}, {source: replace(entry, lanes=()) for source, entry in committed.blocks.items()})
    for stamp in sorted((root / ".cache" / "runs").glob("*.json"), key=lambda f: (f.stem != record.BEST, f.stem)):
        content = json.loads(stamp.read_text(encoding="utf-8"))
        if content.get("tree") == digest:
            found = record.merge(found, record.from_data(content["record"]), root)
    if record.BEST not in found.runs:
        made = "was made from another tree" if file(record.BEST, root).exists() else "does not exist yet"
        raise HarnessError(f"the verification of this tree {made}: run `make test`, then `make site`")
    if bad := record.unverified(found, root):
        raise HarnessError(bad[0] + (f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""))
    return found
