"""Which tests belong to what changed since the last commit: pages, snippets and tests share their folders' names."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from harness import ROOT, HarnessError
from harness.proof import blocks


def since_head() -> list[str]:
    """The test files of the pages that differ from HEAD, untracked files included. Raises HarnessError for none."""
    names = [*_git("diff", "--name-only", "-z", "HEAD"), *_git("ls-files", "--others", "--exclude-standard", "-z")]
    if found := belonging(names, ROOT):
        return found
    raise HarnessError(
        "no page changed since the last commit, so no output is rewritten: `make update ALL=1` rewrites all, "
        "`python -m harness update -- tests/redis/test_caching.py` those of one page"
    )


def belonging(names: Iterable[str], root: Path) -> list[str]:
    """The test files of these pages, snippets and tests, given below `root`; other files have none."""
    found: set[Path] = set()
    for name in names:
        path = PurePosixPath(name)
        if path.parts[0] == "tests" and path.match("test_*.py"):
            found |= {root / path}
        elif path.parts[0] == "docs" and path.suffix == ".md":
            found |= _of_page(path, root)
        elif path.parts[0] == "snippets":
            found |= _of_folder(path.relative_to("snippets").parent, root)
            for fence in blocks.fences(root):
                if fence.source and fence.source.partition(":")[0] == path.relative_to("snippets").as_posix():
                    found |= _of_page(PurePosixPath("docs", fence.page), root)
    excluded = ("tests/harness", "tests/site", "tests/docker")
    files = {path.relative_to(root).as_posix() for path in found if path.is_file()}
    return sorted(file for file in files if not file.startswith(excluded))


def _of_page(page: PurePosixPath, root: Path) -> set[Path]:
    inside = page.relative_to("docs").with_suffix("")
    return _of_folder(PurePosixPath(inside.as_posix().replace("-", "_")), root)


def _of_folder(inside: PurePosixPath, root: Path) -> set[Path]:
    """redis/caching -> tests/redis/test_caching.py; also where tests of a guide are in folders of their own."""
    if not inside.name:
        return set()
    folder, name = root / "tests" / inside.parent, f"test_{inside.name}.py"
    return {folder / name} if folder == root / "tests" else set(folder.rglob(name))


def _git(*words: str) -> list[str]:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise HarnessError("git cannot say what changed here: name the tests, or `make update ALL=1`")
    return [name for name in done.stdout.split("\0") if name]
