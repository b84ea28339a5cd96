"""Measures what writers wait for: the first page of `make serve`, a saved page or snippet, and the cost of the proofs.

Everything happens in a temporary copy of the project, so the working tree is not touched. Figures are printed as
measured on this machine, with the aim beside them where there is one.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from harness import ROOT, HarnessError
from harness.proof import blocks

PARTS = (
    *("mkdocs.yml", "docs", "snippets", "tests", "overrides", "harness"),
    *("verification.json", "exploration.json", "docker-compose.yml", "pyproject.toml"),
)
DEADLINE = 60.0  # seconds, for each thing that is waited for
BUILDS = 5  # of each kind
SAVES = 3


def main() -> int:
    """Measure and print. Returns 0; raises HarnessError when something does not come up in time."""
    with tempfile.TemporaryDirectory(prefix="guide-bench-") as folder:
        copy = Path(folder) / "guide"
        copy.mkdir()
        for name in PARTS:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, copy / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, copy / name)
        pages = len(list((copy / "docs").glob("**/*.md")))
        shown = len([fence for fence in blocks.fences(copy) if fence.source])
        print(f"{pages} pages, {shown} blocks, {os.cpu_count()} cores, Python {sys.version.split()[0]}\n")
        first, saves = serving(copy)
        _line("`make serve`, installed, to the first page", f"{first:.2f} s", "15 s")
        for what, taken in saves.items():
            _line(f"saving a {what} to the new page (median of {SAVES})", f"{statistics.median(taken):.2f} s", "7 s")
            _line("  slowest", f"{max(taken):.2f} s")
        proven, plain = builds(copy)
        _line(f"build with proofs (least of {BUILDS}, processor time)", f"{proven:.2f} s")
        _line("build of the same pages without proofs", f"{plain:.2f} s")
        _line("cost of the proofs", f"{100 * (proven / plain - 1):+.0f} %", "+10 %")
    return 0


def _line(what: str, value: str, aim: str = "") -> None:
    print(f"{what:<58} {value:>14}" + (f"   aim: at most {aim}" if aim else ""), flush=True)


def _environment(root: Path) -> dict[str, str]:
    return {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(root)}


@contextmanager
def _server(root: Path) -> Iterator[str]:
    """The preview of `root`, as `make serve` starts it; gives its address and stops it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = root / "serve.log"
    command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=root, env=_environment(root), stdout=output, stderr=output)
    try:
        yield f"http://127.0.0.1:{port}/"
    except TimeoutError as error:
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
        raise HarnessError(f"make serve: {error} within {DEADLINE:.0f} s; its log ends:\n{tail}") from None
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _fetch(url: str) -> str:
    """The page at `url`, or "" while nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=DEADLINE) as answer:
            return str(answer.read(), "utf-8")
    except (urllib.error.URLError, ConnectionError):
        return ""


def _until(condition: Callable[[], bool], what: str) -> float:
    """Wait for a condition; gives the seconds it took. Raises TimeoutError after DEADLINE."""
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > DEADLINE:
            raise TimeoutError(f"no {what}")
        time.sleep(0.01)  # the resolution of the measurement
    return time.monotonic() - started


def serving(root: Path) -> tuple[float, dict[str, list[float]]]:
    """Seconds until the server shows its first page and, for "page" and "snippet", from saving one to the page that
    shows it."""
    source, page = _whole_file(root)
    files = {"page": root / "docs" / page, "snippet": root / "snippets" / source}
    saves: dict[str, list[float]] = {what: [] for what in files}
    started = time.monotonic()
    with _server(root) as address:
        _until(lambda: "</html>" in _fetch(address), "first page")
        first = time.monotonic() - started
        url = address + page.removesuffix("index.md").removesuffix(".md") + "/"
        for what, file in files.items():
            original = file.read_text(encoding="utf-8")
            for number in range(SAVES):
                # Saved at another moment of the server's polling each time.
                time.sleep(0.13 * number)
                token = f"saved-{number}-{time.monotonic_ns()}"
                file.write_text(f"{original.rstrip()}\n\n# {token}\n", encoding="utf-8")
                saves[what].append(_until(lambda: token in _fetch(url), f"{token} on {url}"))  # noqa: B023
            file.write_text(original, encoding="utf-8")
    return first, saves


def _whole_file(root: Path) -> tuple[str, str]:
    """A Python file that a page other than the home page shows from beginning to end: (source, page)."""
    for fence in blocks.fences(root):
        if fence.source and fence.source.endswith(".py") and not fence.page.endswith("index.md"):
            return fence.source, fence.page
    raise HarnessError("no page shows a whole Python file: there is nothing to save and to measure")


def builds(root: Path) -> tuple[float, float]:
    """Seconds of processor time of a build with proofs, and of one with the highlighter alone.

    Taken in turns, the least of each counts: unlike time on the clock it hardly depends on what else the machine
    does. The built site is left in `root`/site.
    """
    config = root / "mkdocs.yml"
    text = config.read_text(encoding="utf-8")
    start = text.index("      custom_fences:\n")
    end = text.index("  - pymdownx.tabbed")
    plain = root / "plain.yml"
    plain.write_text(text[:start].rstrip().removesuffix(":") + "\n" + text[end:], encoding="utf-8")
    times: dict[str, list[float]] = {"mkdocs.yml": [], "plain.yml": []}
    for _ in range(BUILDS):
        for name, taken in times.items():
            target = root / "site" if name == "mkdocs.yml" else root / "plain-site"
            taken.append(_build(root, "--quiet", "-f", name, "-d", str(target)))
    return min(times["mkdocs.yml"]), min(times["plain.yml"])


def _build(root: Path, *options: str) -> float:
    """Build the site in `root`; seconds of processor time. Raises HarnessError when it fails."""
    command = [sys.executable, "-m", "mkdocs", "build", *options]
    before = os.times()
    done = subprocess.run(
        command, cwd=root, env=_environment(root), capture_output=True, text=True, timeout=DEADLINE, check=False
    )
    after = os.times()
    if done.returncode:
        raise HarnessError(f"mkdocs build {' '.join(options)} fails: {(done.stderr or done.stdout).strip()[-300:]}")
    return after.children_user - before.children_user + after.children_system - before.children_system
