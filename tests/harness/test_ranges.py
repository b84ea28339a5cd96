"""Install commands: which packages they name, which range each gets, and what is said of one without."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness import ROOT
from harness.site import ranges

RULES = """
[tool.guide.ranges]
locks = ["requirements.txt", "server.txt"]
by-minor = ["celery"]
exempt = [{ file = "docs/page.md", command = "pip install celery redis", why = "the mistake" }]
"""
LOCK = r"""celery==5.7.0 \
    --hash=sha256:00
django==5.2.19 ; python_full_version < '3.12' \
    --hash=sha256:00
django==6.1.3 ; python_full_version >= '3.12' \
    --hash=sha256:00
fastapi==0.165.0 \
    --hash=sha256:00
redis==8.1.0 \
    --hash=sha256:00
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name, text in {
        "pyproject.toml": RULES,
        "requirements.txt": LOCK,
        "server.txt": "bugsink==2.6.1\nredis==7.0.0\n",
        "docs/page.md": "Nothing to install.\n",
        "snippets/empty.sh": "true\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_range_begins_at_what_was_tested_and_ends_before_what_may_differ(tree):
    assert ranges.ranges(tree) == {
        "bugsink": ">=2.6,<3",
        "celery": ">=5.7,<5.8",
        "django": ">=5.2,<7",
        "fastapi": ">=0.165,<0.166",
        "redis": ">=8.1,<9",
    }


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("docs/page.md", "Type `pip install redis`.", 'Type `pip install "redis>=8.1,<9"`.'),
        ("docs/page.md", "`python -m pip\n  install -U redis`", '`python -m pip\n  install -U "redis>=8.1,<9"`'),
        ("docs/page.md", "`uv add 'celery[redis]'`", '`uv add "celery[redis]>=5.7,<5.8"`'),
        ("docs/page.md", '`pipx install "bugsink>=1"`', '`pipx install "bugsink>=2.6,<3"`'),
        ("snippets/a.sh", "pip install redis==7.0 && true\n", 'pip install "redis>=8.1,<9" && true\n'),
        ("snippets/a.sh", "uv pip install \\\n  redis\n", 'uv pip install \\\n  "redis>=8.1,<9"\n'),
        ("snippets/a.console", "$ pip install Django\nredis\n", '$ pip install "Django>=5.2,<7"\nredis\n'),
        ("snippets/a.dockerfile", "RUN pip install -r a.txt redis\n", 'RUN pip install -r a.txt "redis>=8.1,<9"\n'),
    ],
)
def test_package_without_its_range_is_refused_and_written(tree, file, before, after):
    (tree / file).write_text(before)
    (problem,) = ranges.problems(tree)
    assert problem.startswith(f"{file}:{2 if chr(10) in before.strip() and 'Django' not in before else 1}: ")
    assert ' is not what was tested: write "' in problem
    assert ranges.write(tree) == sorted([file, ranges.CONSTRAINTS])
    assert (tree / file).read_text() == after
    assert ranges.problems(tree) == []
    assert ranges.write(tree) == [], "a second time changes nothing"


@pytest.mark.parametrize(
    "text",
    [
        "`pip install` is a command.",
        "`pip install …`",
        "`pip install -r requirements.txt`, `pip install --editable ./shop`",
        "`pip install celery redis`",
        "pip install redis, without being code",
        "```\npip install redis\n```",
    ],
)
def test_what_names_no_package_or_is_exempt_is_left_alone(tree, text):
    (tree / "docs" / "page.md").write_text(text)
    assert list(ranges.requirements(tree)) == []


def test_exempt_command_is_refused_in_another_file(tree):
    (tree / "docs" / "other.md").write_text("`pip install celery redis`")
    assert [problem.split(" ")[0] for problem in ranges.problems(tree)] == ["docs/other.md:1:"] * 2


def test_package_that_no_lock_knows_is_refused(tree):
    (tree / "docs" / "page.md").write_text("\n`pip install bullmq`")
    (problem,) = ranges.problems(tree)
    assert problem == (
        "docs/page.md:2: no lock knows bullmq: add it to pyproject.toml and run `make lock`,"
        " or list 'pip install bullmq' there as exempt, with the reason"
    )
    ranges.write(tree)
    assert (tree / "docs" / "page.md").read_text() == "\n`pip install bullmq`"


def test_constraints_are_the_lock_without_hashes(tree):
    assert ranges.constraints(tree).splitlines()[1:] == [
        "celery==5.7.0",
        "django==5.2.19 ; python_full_version < '3.12'",
        "django==6.1.3 ; python_full_version >= '3.12'",
        "fastapi==0.165.0",
        "redis==8.1.0",
    ]


def test_sentry_sdk_ends_before_version_3_which_refuses_our_options():
    assert ranges.ranges(ROOT)["sentry-sdk"].endswith(",<3")
