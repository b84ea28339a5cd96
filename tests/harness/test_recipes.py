"""What every explored recipe has, beside its exploration: types that hold, with the libraries' own types or stubs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from harness import ROOT
from harness.proof.exploration import FILE

RECIPES = sorted(json.loads((ROOT / FILE).read_text(encoding="utf-8")))


def mypy(file: Path) -> str:
    """What mypy says of a file, checked in its folder, as a reader would."""
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--python-version=3.11",
         "--cache-dir", ROOT / ".cache" / "mypy-recipes", file.name],
        cwd=file.parent, capture_output=True, text=True, timeout=250, check=False,
    )  # fmt: skip
    assert not done.stderr, done.stderr
    return done.stdout


@pytest.mark.parametrize("recipe", RECIPES)
def test_types_of_a_recipe_hold(recipe: str) -> None:
    assert mypy(ROOT / "snippets" / recipe) == "Success: no issues found in 1 source file\n"


def test_wrong_type_in_a_recipe_is_reported(tmp_path: Path) -> None:
    source = (ROOT / "snippets" / "redis" / "locks_and_idempotency" / "once.py").read_text(encoding="utf-8")
    file = tmp_path / "once.py"
    file.write_text(source + "\nname: int = 'seventeen'\n", encoding="utf-8")
    assert 'expression has type "str", variable has type "int"' in mypy(file)
