"""Every install command of the site: what it names installs into an empty environment, and the page's imports work."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from harness import ROOT
from harness.lab.provision import Provision
from harness.proof import blocks
from harness.site import ranges

pytestmark = pytest.mark.timeout(300)  # half a minute of work, on a machine that does nothing else
# The server, which is installed from a lock of its own before the run: its wheels are not at hand.
BUGSINK = "bugsink"
# Pages without commands of their own refer to one that has them.
ELSEWHERE = {"capstone": "capstone/index.md", "compare": "start/install.md", "start": "start/install.md"}


@pytest.fixture(scope="module")
def commands() -> dict[str, set[str]]:
    """What the install commands of each page name: those in its text, and those in the snippets that it shows."""
    by_file: dict[str, set[str]] = {}
    for each in ranges.requirements():
        by_file.setdefault(each.file, set()).add(each.text.strip('"'))
    return {
        page: by_file.get(f"docs/{page}", set()).union(
            *(by_file.get(f"snippets/{file}", set()) for file in files(page))
        )
        for page in sorted({fence.page for fence in blocks.fences()})
    }


def files(page: str) -> set[str]:
    """The snippets that a page shows."""
    return {fence.source.partition(":")[0] for fence in blocks.page_fences(page) if fence.source}


def imports(page: str) -> set[str]:
    """The statements by which the page's programs import packages."""
    below = list((ROOT / "snippets").rglob("*"))
    beside = {path.stem for path in below if path.suffix == ".py"} | {path.name for path in below if path.is_dir()}
    found = set()
    for file in files(page):
        if not file.endswith(".py"):
            continue
        for node in ast.walk(ast.parse((ROOT / "snippets" / file).read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and not node.level and str(node.module).split(".")[0] not in beside:
                found.add(ast.unparse(node))
            elif isinstance(node, ast.Import):
                found |= {f"import {name.name}" for name in node.names if name.name.split(".")[0] not in beside}
    return found


class Environment:
    """A virtual environment that is made anew for each set of packages."""

    def __init__(self, provided: Provision, folder: Path) -> None:
        self._folder, self._venv = folder, folder / "venv"
        # A package is unpacked once, and, as the folder stays the same, compiled once.
        self._env = {**os.environ, **provided.child_env(), "UV_CACHE_DIR": str(folder / "uv")}
        self._env |= {"PYTHONPYCACHEPREFIX": str(folder / "pycache"), "PYTHONDONTWRITEBYTECODE": ""}
        del self._env["UV_NO_CACHE"]

    def install(self, packages: frozenset[str]) -> None:
        uv = (sys.executable, "-m", "uv")
        self._run(*uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(self._venv))
        self._run(*uv, "pip", "install", "--quiet", "--python", str(self._venv), *sorted(packages))

    def execute(self, statements: list[str]) -> None:
        self._run(str(self._venv / "bin" / "python"), "-W", "ignore", "-c", "\n".join(statements))

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            command, env=self._env, cwd=self._folder, capture_output=True, text=True, timeout=120, check=False
        )
        assert not done.returncode, f"{' '.join(command)}\n{done.stderr[-2000:]}"


@pytest.fixture
def environment(provision, tmp_path) -> Environment:
    return Environment(provision, tmp_path)


def test_each_install_command_works_in_an_empty_environment(environment):
    named: dict[tuple[str, str], set[str]] = {}
    for each in ranges.requirements():
        named.setdefault((each.file, each.command), set()).add(each.text.strip('"'))
    distinct = {frozenset(names) for names in named.values() if not any(name.startswith(BUGSINK) for name in names)}
    assert len(distinct) > 30
    for packages in distinct:
        environment.install(packages)


def test_packages_that_a_page_names_are_all_that_its_programs_import(commands, environment):
    pages: dict[frozenset[str], list[str]] = {}
    for page, named in commands.items():
        guide = page.partition("/")[0]
        before = commands.get(ELSEWHERE.get(guide, f"{guide}/start.md"), set())
        pages.setdefault(frozenset(name for name in named | before if not name.startswith(BUGSINK)), []).append(page)
    for packages, same in pages.items():
        if statements := sorted(set().union(*map(imports, same))):
            environment.install(packages)
            try:
                environment.execute(statements)
            except AssertionError as error:
                raise AssertionError(f"one of {', '.join(same)} imports more than it names: {error}") from None


def test_bugsink_of_the_tests_is_in_the_range_that_the_page_names(provision):
    python = provision.bugsink / "venv" / "bin" / "python"
    program = f"import importlib.metadata as m; print(m.version({BUGSINK!r}))"
    version = subprocess.run([python, "-c", program], capture_output=True, text=True, timeout=30, check=True).stdout
    assert version.strip() in SpecifierSet(ranges.ranges()[BUGSINK])


def test_list_of_what_not_to_type_names_only_what_is_there():
    for file, command in ranges.exemptions():
        assert command in " ".join((ROOT / file).read_text(encoding="utf-8").split()), (file, command)


def test_constraints_are_the_lock_and_pip_takes_them(workspace):
    workspace.run(sys.executable, "-m", "venv", ".venv")
    install = (".venv/bin/python", "-m", "pip", "install", "--quiet", "-c", str(ROOT / ranges.CONSTRAINTS))
    workspace.run(*install, "celery[redis]", timeout=120)
    frozen = workspace.run(".venv/bin/python", "-m", "pip", "freeze").replace("_", "-").split()
    assert "kombu==" in " ".join(frozen)
    assert set(frozen) <= set(ranges.constraints().splitlines())
    assert (ROOT / ranges.CONSTRAINTS).read_text(encoding="utf-8") == ranges.constraints()
