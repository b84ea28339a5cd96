"""Results of crash exploration are proofs: made only when nothing broke, and worth nothing for other code."""

from __future__ import annotations

import json

import pytest

from harness import HarnessError
from harness.lab.explore import Scenario
from harness.proof import evidence, exploration
from harness.proof.exploration import Result, collect, fault_of, is_fresh, keep, problems
from harness.proof.runners.workspace import Workspace
from harness.source import code_digest, executable_lines

RECIPE = "redis/orders/worker.py"
CODE = 'from pathlib import Path\n\nPath("taken").touch()\nPath("done").touch()\n'


@pytest.fixture
def project(tmp_path):
    """A project with one recipe and one page that asks for its result."""
    root = tmp_path / "project"
    for folder in ("snippets/redis/orders", "docs/redis"):
        (root / folder).mkdir(parents=True)
    (root / "snippets" / RECIPE).write_text(CODE)
    (root / "docs/redis/orders.md").write_text(f"# Orders\n\n```verification\nexplored {RECIPE}\n```\n")
    return root


def result(**changed) -> Result:
    fields = {"code": code_digest(CODE), "date": "2026-11-30", "lines": 3, "executable": 3}
    return Result(**{**fields, "faults": {"kill": 3}, "servers": {"Redis": "8.0.6"}, **changed})


def commit(root, **changed) -> None:
    keep(RECIPE, result(**changed), root)
    assert collect(root) == [RECIPE]


def test_result_belongs_to_the_code_and_not_to_its_comments(project):
    commit(project)
    assert problems(project) == []
    recipe = project / "snippets" / RECIPE
    recipe.write_text('"""Take an order."""\n' + CODE.replace("\nPath", "\n# First of all.\nPath", 1))
    assert problems(project) == []
    recipe.write_text(CODE.replace("taken", "claimed"))
    assert problems(project) == [
        f"docs/redis/orders.md:3: {RECIPE} has changed since it was explored on 2026-11-30: "
        "run `make explore` and commit exploration.json"
    ]
    with pytest.raises(HarnessError, match="has changed since it was explored"):
        exploration.proven(RECIPE, project)


def test_page_that_asks_for_a_result_that_does_not_exist_is_a_problem(project):
    [line] = problems(project)
    assert line.startswith(f"docs/redis/orders.md:3: {RECIPE} has no result in exploration.json: run `make explore`")


def test_result_that_no_page_shows_is_a_problem(project):
    commit(project)
    (project / "docs/redis/orders.md").write_text("# Orders\n")
    [line] = problems(project)
    assert f"no page shows what exploring {RECIPE} proved" in line


def test_result_with_other_faults_proves_nothing(project):
    commit(project)
    assert fault_of(RECIPE, ["kill"], project) == ""
    assert "was explored with kill, and its test wants freeze, kill" in fault_of(RECIPE, ["kill", "freeze"], project)


def test_deleted_recipe_loses_its_result_and_the_others_stay(project):
    commit(project)
    (project / "snippets/redis/orders/other.py").write_text("pass\n")
    (project / "snippets" / RECIPE).unlink()
    keep("redis/orders/other.py", result(), project)
    collect(project)
    assert list(json.loads((project / exploration.FILE).read_text())) == ["redis/orders/other.py"]


def test_interrupted_exploration_keeps_what_was_finished(project):
    keep(RECIPE, result(), project)
    assert is_fresh(RECIPE, ["kill"], project)
    assert not is_fresh(RECIPE, ["kill", "cut"], project)
    assert "has no result" in fault_of(RECIPE, root=project), "not before it is collected"
    (project / "snippets" / RECIPE).write_text("pass\n")
    assert not is_fresh(RECIPE, ["kill"], project)


def test_new_date_changes_one_line_of_the_file(project):
    commit(project)
    before = (project / exploration.FILE).read_text().splitlines()
    commit(project, date="2026-12-01")
    after = (project / exploration.FILE).read_text().splitlines()
    assert [new for old, new in zip(before, after, strict=True) if old != new] == ['  "date": "2026-12-01",']


def test_file_that_is_no_result_says_what_to_do(project):
    (project / exploration.FILE).write_text("<<<<<<< HEAD\n")
    with pytest.raises(HarnessError, match=r"exploration.json cannot be read .*: restore it from git, or run"):
        exploration.load(project)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({}, "Killed at 3 of 3 lines: nothing lost."),
        ({"executable": 5}, "Killed at 3 of 5 lines (all that run without a fault): nothing lost."),
        ({"faults": {"cut": 1, "lost answer": 1}}, "1 answer lost, cut off before 1 command: nothing lost."),
        (
            {"faults": {"kill": 4, "freeze": 4}, "notes": {"repeated and recognized": 2}, "kept": "no order lost"},
            "Killed at 3 of 3 lines, frozen at 3 of 3 lines while another instance took over: "
            "no order lost; 2 repeated and recognized.",
        ),
    ],
)
def test_page_says_what_was_counted(changed, sentence):
    assert result(**changed).sentence() == sentence


def test_executable_lines_are_those_of_the_compiler():
    assert executable_lines('"""Text."""\n\nx = 1\n# no\n\n\ndef f():\n    """Text."""\n    return x\n') == {1, 3, 7, 9}


# --- the fixture ---


@pytest.fixture
def scenario(project, tmp_path, monkeypatch):
    """The recipe, run to its end again after a kill; `explored` reads and writes the project of this test."""
    for function in (exploration.load, keep, is_fresh, fault_of):
        defaults = (*(function.__defaults__ or ())[:-1], project)  # in place of ROOT
        monkeypatch.setattr(function, "__defaults__", defaults)
    monkeypatch.setattr(evidence, "ROOT", project)
    space = Workspace(tmp_path / "shop", tmp_path / "logs", tmp_path / "coverage")
    (space.path / "worker.py").write_text(CODE)

    def prepare() -> None:
        for name in ("taken", "done"):
            (space.path / name).unlink(missing_ok=True)

    def recover() -> None:
        space.run("python", "worker.py", env={"GUIDE_MEASURE": ""})

    def violations() -> list[str]:
        return [] if (space.path / "done").exists() else ["not done"]

    yield Scenario(space, ["worker.py"], "worker.py", prepare, recover, violations)
    space.close()


def test_recipe_without_a_result_fails_a_normal_run(explored, scenario, project):
    with pytest.raises(AssertionError, match=f"{RECIPE} has no result in exploration.json: run `make explore`"):
        explored(RECIPE, scenario, ["kill"])
    commit(project)
    assert explored(RECIPE, scenario, ["kill"]).explored.total() == 1


def test_make_explore_tries_every_point_and_nothing_twice(explored, scenario, project, monkeypatch):
    monkeypatch.setenv(exploration.MODE, "changed")
    assert explored(RECIPE, scenario, ["kill"]).explored == {"kill": 3}
    with pytest.raises(pytest.skip.Exception, match="has a result for its present code"):  # it has just been done
        explored(RECIPE, scenario, ["kill"])
    collect(project)
    with pytest.raises(pytest.skip.Exception, match="has a result for its present code"):  # nothing has changed
        explored(RECIPE, scenario, ["kill"])
    assert exploration.load()[RECIPE].faults == {"kill": 3}
    monkeypatch.setenv(exploration.MODE, "all")
    assert explored(RECIPE, scenario, ["kill"]).explored == {"kill": 3}


def test_broken_promise_leaves_no_result(explored, scenario, project, monkeypatch):
    monkeypatch.setenv(exploration.MODE, "all")
    scenario.recover = lambda: None
    with pytest.raises(AssertionError, match=r"broken promises at 3 points(.|\n)*kill before line 4, hit 1"):
        explored(RECIPE, scenario, ["kill"])
    assert collect(project) == []


def test_scenario_of_another_program_is_refused(explored, scenario):
    (scenario.workspace.path / "worker.py").write_text("pass\n")
    with pytest.raises(AssertionError, match=f"the scenario does not run {RECIPE}"):
        explored(RECIPE, scenario, ["kill"])
