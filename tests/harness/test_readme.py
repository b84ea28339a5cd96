"""The README cannot include its commands from `snippets/`, so they are read from it and run here."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from harness import ROOT
from harness.proof import blocks, record

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ (.+)$", README, re.M)
VENV = Path(sys.prefix)
TREE = (
    *("docs", "snippets", "tests", "harness", "overrides", "mkdocs.yml", "pyproject.toml", "docker-compose.yml"),
    *("requirements.txt", "requirements-site.txt", "Makefile", "verification.json", "exploration.json"),
)


def test_readme_names_the_two_commands():
    assert COMMANDS == ["make serve", "make test"]


@pytest.mark.parametrize("command", [*COMMANDS, "make site", "make update", "make help"])
def test_every_command_is_a_target_of_the_makefile(command):
    assert command in README
    # -n: this runs inside `make test`, which must not run itself.
    done = subprocess.run([*command.split(), "-n"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr


def test_paths_that_the_readme_names_exist():
    for name in re.findall(r"\]\(([\w./]+)\)", README):
        assert (ROOT / name).exists(), name
    assert (ROOT / "tests/harness/test_gate.py").exists()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The tree in another folder, with the installed packages of this one."""
    root = tmp_path / "guide"
    root.mkdir()
    for name in TREE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / name, root / name)
    (root / ".venv").symlink_to(VENV)
    return root


def fetch(url: str, wanted: str, timeout: float = 120) -> str:
    """The page at `url` as soon as it holds `wanted`."""
    deadline = time.monotonic() + timeout
    text = ""
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                text = response.read().decode()
        except OSError:
            pass
        if wanted in text:
            return text
        time.sleep(0.05)
    raise AssertionError(f"{url} did not show {wanted!r} within {timeout:g} s")


def html(page: str) -> str:
    """A served page without the script that reloads it, which is another one each time."""
    return re.sub(r"<script>[^<]*livereload.*?</script>", "", page, flags=re.S)


@pytest.mark.timeout(300)  # it builds the site several times, and the machine is busy
def test_served_page_follows_a_saved_snippet_and_loses_its_proof(copy, tmp_path):
    source = "redis/start/hello.py"
    entry = record.Entry(source, blocks.shown(source).digest, "tests/redis/test_start.py::test_it", 1, ("current",))
    run = record.Run("2026-01-01", "3.11.7", {"Redis": "8.0.0"}, {})
    record.save(record.Record({"current": run}, {source: entry}), copy / record.RECORD)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    # -o: the copy must not install itself into the environment that it borrows.
    argv = ["make", "-o", ".venv/site.stamp", "serve", f"PORT={port}"]
    # `mkdocs` finds the formatter because the project is installed; here that is another folder.
    env = {**os.environ, "PYTHONPATH": str(copy), "NO_MKDOCS_2_WARNING": "1"}
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(argv, cwd=copy, env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        site = f"http://127.0.0.1:{port}/"
        page = f"{site}redis/start/"
        before = fetch(page, "Assalamualaikum")
        assert before.count('data-status="verified"') == 1
        snippet = copy / "snippets" / source
        original = snippet.read_text()
        snippet.write_text(original.replace("Assalamualaikum", "Good morning"))
        after = fetch(page, "Good morning")
        assert after.count('data-status="verified"') == 0
        assert after.count('data-status="changed"') == 1
        # Undone, the page is again what it was.
        snippet.write_text(original)
        assert html(fetch(page, 'data-status="verified"')) == html(before)
        start = copy / "docs" / "redis" / "start.md"
        start.write_text(start.read_text().replace("tags: [", "tags: [Novelty, "))
        assert 'class="md-tag">Novelty</a>' in fetch(page, "Novelty")
    finally:
        os.killpg(server.pid, signal.SIGINT)  # Ctrl-C: it removes what it built
        server.wait(10)
