"""A proof holds for what was executed: what changes during a run, or was never executed, proves nothing."""

from __future__ import annotations

import datetime
import difflib
import json
import os
import subprocess

import pytest
from tiny import MEANWHILE, PAGE, SNIPPET, TEST, said

from harness.proof import blocks, evidence, judge, record, retries, stamp
from harness.proof.runners import tables

CONSOLE = '# Tiny\n\n```console\n--8<-- "home/say.console"\n```\n'
CONF = '# Tiny\n\n```ini\n--8<-- "home/app.conf"\n```\n'


def show(tiny, page: str, name: str, text: str) -> None:
    """Make the tiny site show this snippet and no other."""
    (tiny.root / "snippets/home/hello.py").unlink()
    tiny.write("docs/index.md", page)
    tiny.write(f"snippets/home/{name}", text)


# --- what changes during a run ---


@pytest.mark.parametrize("git", [True, False], ids=["clone", "archive"])
def test_test_that_changes_during_the_run_proves_nothing(tiny, git):
    if git:
        subprocess.run(["git", "init", "--quiet", "."], cwd=tiny.root, check=True)
        subprocess.run(["git", "add", "tests"], cwd=tiny.root, check=True)
    tiny.write("tests/test_home.py", TEST + MEANWHILE)
    done = tiny.run_tests(lambda: tiny.write("tests/test_home.py", "def test_nothing():\n    pass\n"))
    assert done.returncode == 1
    assert "this run proves nothing, for what it read is not what is there now; run it again:" in done.stdout
    assert "  tests/test_home.py was changed during the run" in done.stdout
    assert "FAILED: tree unchanged" in done.stdout
    assert not record.load(tiny.root / record.RECORD).blocks
    assert "the verification of this tree does not exist yet" in said(tiny.command("site"))


def test_file_that_is_changed_and_changed_back_is_named(tiny):
    before = stamp.Tree(tiny.root)
    file = tiny.root / "tests/test_home.py"
    text, written = file.read_text(), file.stat().st_mtime_ns
    file.write_text("def test_nothing():\n    pass\n")
    file.write_text(text)
    os.utime(file, ns=(written + 1, written + 1))  # a clock may be too coarse to tell
    now = stamp.Tree(tiny.root)
    assert now.digest == before.digest
    assert before.changes(now) == ["tests/test_home.py was changed during the run"]


def test_files_that_come_and_go_are_named_and_built_ones_are_not(tiny):
    before = stamp.Tree(tiny.root)
    (tiny.root / "snippets/home/hello.py").unlink()
    for name in ("tests/site/test_new.py", "site/index.html", ".cache/x", "tests/__pycache__/x.pyc", record.RECORD):
        tiny.write(name, "x")
    assert before.changes(stamp.Tree(tiny.root)) == [
        "snippets/home/hello.py was deleted during the run",
        "tests/site/test_new.py was added during the run",
    ]


def test_session_that_is_saved_during_its_test_is_not_proven_with_the_new_text(tiny):
    show(tiny, CONSOLE, "say.console", "$ echo one\none\n")
    tiny.write("tests/test_home.py", 'def test_say(terminal):\n    terminal("home/say.console")\n' + MEANWHILE)
    done = tiny.run_tests(lambda: tiny.write("snippets/home/say.console", "$ echo never run\nsomething else\n"))
    assert done.returncode == 1
    assert (
        "docs/index.md:3: home/say.console: tests/test_home.py::test_say executed another text of it: it was changed"
        " during the run" in done.stdout
    )
    assert "  snippets/home/say.console was changed during the run" in done.stdout
    assert "0 of 1 blocks verified" in done.stdout


@pytest.mark.parametrize(
    ("name", "text", "page", "call"),
    [
        ("hello.py", SNIPPET, PAGE, 'run_script("home/hello.py")'),
        ("hello.py", SNIPPET, PAGE, 'workspace.copy("home"); workspace.run("python", "hello.py")'),
        ("say.sh", "echo one\n", CONSOLE.replace("console", "sh").replace("```sh", "```bash"), 'shell("home/say.sh")'),
        (
            "say.txt",
            "one\n",
            CONSOLE.replace("console", "txt").replace("```txt", "```text"),
            'captured("home/say.txt", "one")',
        ),
        (
            "app.conf",
            "port 1\n",
            CONF,
            'workspace.copy("home"); workspace.run("cat", "app.conf"); loaded("home/app.conf", "cat", workspace.last)',
        ),
    ],
    ids=["script", "workspace", "shell", "captured", "loaded"],
)
def test_digest_is_of_the_bytes_that_were_executed(tiny, name, text, page, call):
    """Whatever executes a snippet: it is saved right after, with a comment that changes nothing."""
    show(tiny, page, name, text)
    change = f'Path("snippets/home/{name}").write_text({text + "# new"!r})'
    tiny.write(
        "tests/test_home.py",
        "from pathlib import Path\n\n\ndef test_it(run_script, workspace, shell, captured, loaded):\n"
        f"    {call}\n    {change}\n",
    )
    done = tiny.command("test", "--", "-n0", "-q", "tests/test_home.py")
    assert f"home/{name}: tests/test_home.py::test_it executed another text of it" in done.stdout, said(done)


# --- what a red run leaves ---


def test_red_run_leaves_the_record_as_it_was(tiny):
    assert tiny.run_tests().returncode == 0
    file = tiny.root / record.RECORD
    before, seal = file.read_bytes(), stamp.file("current", tiny.root).read_bytes()
    tiny.write("docs/index.md", PAGE + '\n```python\n--8<-- "home/second.py"\n```\n')
    tiny.write("snippets/home/second.py", 'print("second")\n#> second\n')
    tiny.write(
        "tests/test_home.py",
        TEST + '\n\ndef test_second(run_script):\n    run_script("home/second.py")\n    assert False\n',
    )
    done = tiny.run_tests()
    assert done.returncode == 1
    assert "1 of 2 blocks verified" in done.stdout
    assert file.read_bytes() == before
    assert stamp.file("current", tiny.root).read_bytes() == seal
    assert "was made from another tree" in said(tiny.command("site"))


def test_site_of_a_run_shows_its_proofs_before_the_record_does(tiny):
    """The site is built and checked within the run, so its proofs have to be there; the record waits for the end."""
    tiny.write(
        "tests/site/test_site.py",
        "import os\nfrom pathlib import Path\n\n\ndef test_site():\n"
        '    assert "Verified on CPython" in Path(os.environ["GUIDE_SITE"], "index.html").read_text()\n'
        '    assert "hello.py" in Path(os.environ["GUIDE_SITE"], "source/verification.json").read_text()\n'
        '    assert "hello.py" not in Path("verification.json").read_text()\n'
        '    assert not Path(".cache/fail").exists(), "the site is broken"\n',
    )
    tiny.write(".cache/fail", "")
    tiny.write(record.RECORD, record.text(record.Record()))  # as before a run
    done = tiny.command("test", "--jobs", "1", contained=True)
    assert done.returncode == 1
    assert "FAILED: site in the browser" in done.stdout, said(done)
    assert not record.load(tiny.root / record.RECORD).blocks
    assert not (tiny.root / evidence.SECONDS).exists()
    (tiny.root / ".cache/fail").unlink()
    done = tiny.command("test", "--jobs", "1", contained=True)
    assert done.returncode == 0, said(done)
    assert record.load(tiny.root / record.RECORD).blocks.keys() == {"home/hello.py"}
    assert json.loads((tiny.root / evidence.SECONDS).read_text()).keys() == {
        "tests/test_home.py",
        "tests/site/test_site.py",
    }


# --- what nothing executed ---


@pytest.mark.parametrize(
    "steps",
    [
        'workspace.run("echo", "app.conf")',  # names the file, is not the program
        'workspace.run("cat", "other.conf")',  # the program, with another file
        'workspace.copy("home/app.conf", "other.conf")\n    (workspace.path / "other.conf").write_text("port 2")\n'
        '    workspace.run("cat", "other.conf")',  # the file's text was replaced
        'workspace.run("cat", "app.conf", "missing", status=1)',  # it ended with an error
    ],
    ids=["other program", "other file", "other text", "error"],
)
def test_configuration_that_nothing_loaded_is_not_proven(tiny, steps):
    show(tiny, CONF, "app.conf", "port 1\n")
    tiny.write("snippets/home/other.conf", "port 3\n")
    tiny.write(
        "tests/test_home.py",
        f'def test_it(workspace, loaded):\n    workspace.copy("home")\n    {steps}\n'
        '    loaded("home/app.conf", "cat", workspace.last)\n',
    )
    done = tiny.command("test", "--", "-n0", "-q", "tests/test_home.py")
    assert done.returncode == 1
    assert "AssertionError: snippets/home/app.conf: cat was not started with it" in done.stdout, said(done)


def test_python_file_cannot_be_loaded(tiny):
    call = 'workspace.copy("home"); workspace.run("cat", "hello.py"); loaded("home/hello.py", "cat", workspace.last)'
    tiny.write("tests/test_home.py", f"def test_it(workspace, loaded):\n    {call}\n")
    done = tiny.command("test", "--", "-n0", "-q", "tests/test_home.py")
    assert "home/hello.py: a Python file is executed, line by line, and not loaded" in done.stdout, said(done)


# --- judging, without a run ---


@pytest.fixture
def run(tiny, tmp_path, monkeypatch):
    """The folder of a run in the tiny site; `run.executed(...)` notes an execution by a passing test."""
    monkeypatch.setenv(evidence.RUN_DIR, str(tmp_path / "run"))

    class Run:
        root, folder = tiny.root, tmp_path / "run"

        def executed(self, test, lines, services=None, snippet="home/hello.py"):
            digest = evidence.file_digest(tiny.root / "snippets" / snippet)
            evidence.executed(test, snippet, digest, "CPython", lines, services or {})
            evidence.outcome(test, "passed")

        def judge(self, lane="current", day="2026-11-01"):
            return judge.judge(self.folder, lane, tiny.root, datetime.date.fromisoformat(day))

    return Run()


def test_execution_without_lines_excuses_no_line(run):
    run.executed("tests/test_home.py::test_hello", None)
    assert run.judge().unproven == {
        "home/hello.py": "docs/index.md:3: home/hello.py: tests/test_home.py::test_hello does not say which lines ran:"
        " execute it with run_script or in a workspace"
    }
    run.executed("tests/test_home.py::test_other", [99])
    assert "no test executed line 1 of snippets/home/hello.py" in run.judge().unproven["home/hello.py"]
    run.executed("tests/test_home.py::test_third", [1])
    assert not run.judge().unproven


def test_record_names_the_test_that_names_the_file(run, tiny):
    tiny.write(
        "tests/test_home.py",
        "class TestAll:\n    def test_first(self, shop):\n        pass\n\n"
        '    def test_hello_world(self, shop):\n        shop.run("hello.py")\n',
    )
    for test in ("test_first", "test_hello_world"):
        run.executed(f"tests/test_home.py::TestAll::{test}", [1])
    entry = run.judge().proven.blocks["home/hello.py"]
    assert (entry.test, entry.line) == ("tests/test_home.py::TestAll::test_hello_world", 5)


def test_two_versions_of_a_server_in_one_run_are_an_error(run):
    for number in (1, 2):
        run.executed(f"tests/test_home.py::test_{number}", [1], {"Redis": f"8.0.{number}"})
    with pytest.raises(record.HarnessError, match=r"one run used Redis 8\.0\.1 and 8\.0\.2"):
        run.judge()


# --- tables ---


def test_words_of_the_test_look_different_from_what_was_measured(tiny):
    rows = [("killed", tables.Cell(3), tables.Label("`failed`, until a person has looked"))]
    text = tables.table(("What", "*.paid.*", "The user"), *rows)
    assert text == "What | *.paid.* | The user\nkilled | 3 | *`failed`, until a person has looked*\n"
    show(tiny, CONSOLE.replace("console", "table"), "say.table", text)
    tiny.vouch()
    done = tiny.command("site")
    assert done.returncode == 0, said(done)
    page = (tiny.root / "site/index.html").read_text().replace("\n", "")
    assert "<th>*.paid.*</th>" in page
    assert "<td>3</td><td><em><code>failed</code>, until a person has looked</em></td>" in page


def test_cell_has_to_say_whether_it_was_measured():
    with pytest.raises(TypeError, match=r"row 'a': 'typed' must be a Cell \(measured\) or a Label"):
        tables.table(("What", "How often"), ("a", "typed"))
    with pytest.raises(ValueError, match="row 'a' has 1 cells, the head has 2"):
        tables.table(("What", "How often"), ("a",))


# --- retries ---


def test_second_attempt_is_kept_in_a_file_and_the_next_one_is_a_defect(tiny):
    flaky = (
        "from pathlib import Path\n\n"
        'SEEN = Path(".cache/seen")\n\n\n'
        "def test_hello(run_script):\n"
        '    run_script("home/hello.py")\n'
        "    seen, _ = SEEN.exists(), SEEN.touch()\n"
        '    assert seen, "the server was late"\n'
    )
    tiny.write("tests/test_home.py", flaky)
    done = tiny.run_tests()
    assert done.returncode == 0, said(done)
    *head, line = (tiny.root / retries.RETRIES).read_text().splitlines()
    assert all(words.startswith("#") for words in head)
    day, lane, test, reason = line.split(" | ")
    assert datetime.date.fromisoformat(day)
    assert (lane, test) == ("current", "tests/test_home.py::test_hello")
    assert reason.startswith("AssertionError: the server was late")
    assert reason.endswith("(test_home.py:9)")
    (tiny.root / ".cache/seen").unlink()
    done = tiny.run_tests()
    assert done.returncode == 1
    assert (
        f"tests/test_home.py::test_hello needed a second attempt on {day} (lane current) and again now: that is a"
        " defect; repair the cause, then delete its lines from retries.txt" in done.stdout
    )
    assert "FAILED: no test retried twice" in done.stdout
    assert (tiny.root / retries.RETRIES).read_text().count("the server was late") == 2
    assert tiny.run_tests().returncode == 0, "a run without a retry is green"


def test_test_that_fails_twice_is_no_retry(tiny):
    tiny.write("tests/test_home.py", TEST + "    assert False\n")
    assert tiny.run_tests().returncode == 1
    assert not (tiny.root / retries.RETRIES).exists()


# --- the record, as a file ---


def big() -> record.Record:
    """A record as large as the site's: 1,400 blocks on three lanes."""
    lanes = ("current", "oldest", "previous")
    servers = {"Bugsink": "2.6.1", "RabbitMQ": "4.3.6", "Redis": "8.0.6", "an envelope receiver": ""}
    runs = {lane: record.Run("2026-11-21", "3.13.5", servers, {"celery": "5.7.0", "redis": "8.1.0"}) for lane in lanes}
    entries = {}
    for page in range(100):
        for number in range(14):
            source = f"celery/page_number_{page}/program_{number}.py:a_section"
            test = (
                f"tests/celery/test_page_number_{page}.py::test_message_number_{number}_is_redelivered_after_the_kill"
            )
            entries[source] = record.Entry(source, "0123456789" * 4, test, number + 1, lanes, ("RabbitMQ", "Redis"))
    return record.Record(runs, entries)


def changed_lines(old: record.Record, new: record.Record) -> int:
    diff = difflib.ndiff(record.text(old).splitlines(), record.text(new).splitlines())
    return sum(line.startswith("+ ") for line in diff)


def test_record_of_1400_blocks_is_small_and_survives_a_round_trip():
    text = record.text(big())
    assert record.parse(text) == big()
    assert len(text.encode()) < 300_000
    assert max(line.count('"digest"') for line in text.splitlines()) == 1
    committed = record.ROOT / record.RECORD
    assert committed.stat().st_size < 200 * len(record.load(committed).blocks), "bytes for each block"


@pytest.mark.parametrize("what", ["server", "client", "python"])
def test_patch_release_changes_ten_lines_at_most(what, monkeypatch):
    old = big()
    versions = {
        "server": {"servers": {**old.runs["current"].servers, "Redis": "8.0.7"}},
        "client": {"clients": {**old.runs["current"].clients, "redis": "8.1.1"}},
        "python": {"python": "3.13.6"},
    }[what]
    monkeypatch.setattr(blocks, "displayed", lambda root: {s: Displayed(e) for s, e in old.blocks.items()})
    new = old
    for lane in old.runs:
        run = record.Run(**{**vars(old.runs[lane]), "date": "2026-12-24", **versions})
        proofs = {s: record.Entry(**{**vars(e), "lanes": (lane,)}) for s, e in old.blocks.items()}
        new = record.merge(new, record.Record({lane: run}, proofs))
    assert {run.date for run in new.runs.values()} == {"2026-12-24"}
    assert new.blocks == old.blocks
    assert 3 < changed_lines(old, new) <= 10


class Displayed:
    """What `merge` asks of a displayed block."""

    def __init__(self, entry: record.Entry) -> None:
        self.source, self.digest = entry.source, entry.digest


def test_lane_is_replaced_as_a_whole_and_numbers_keep_their_day(run, tiny):
    show(tiny, CONSOLE, "say.console", "$ echo took 0.53 s\ntook 0.53 s\n")
    tiny.write("tests/test_home.py", 'def test_say(terminal):\n    terminal("home/say.console")\n')
    run.executed("tests/test_home.py::test_say", None, {"Redis": "8.0.6"}, "home/say.console")
    first = record.merge(record.Record(), run.judge(day="2026-11-01").proven, tiny.root)
    both = record.merge(first, run.judge("oldest", day="2026-11-05").proven, tiny.root)
    later = record.merge(both, run.judge(day="2026-12-01").proven, tiny.root)
    entry = later.blocks["home/say.console"]
    assert (entry.measured, entry.lanes) == ("2026-11-01", ("current", "oldest"))
    assert (later.runs["current"].date, later.runs["oldest"].date) == ("2026-12-01", "2026-11-05")
    tiny.write("snippets/home/say.console", "$ echo took 0.61 s\ntook 0.61 s\n")
    run.executed("tests/test_home.py::test_say", None, {"Redis": "8.0.6"}, "home/say.console")
    fresh = record.merge(later, run.judge(day="2026-12-02").proven, tiny.root)
    entry = fresh.blocks["home/say.console"]
    assert (entry.measured, entry.lanes) == ("2026-12-02", ("current",)), "another text has other proofs"


def test_record_with_a_conflict_is_named_and_written_anew(tiny):
    marks = '<<<<<<< HEAD\n{"schema": 2}\n=======\n{"schema": 1}\n>>>>>>> other\n'
    tiny.write(record.RECORD, marks)
    done = tiny.command("check")
    assert done.returncode == 2
    assert said(done) == (
        "error: verification.json holds the marks of a merge conflict; do not merge it by hand: type `make record`,"
        " which writes it anew (make test && make matrix)\n"
    )
    done = tiny.run_tests()
    assert done.returncode == 0, said(done)
    assert "verification.json holds the marks of a merge conflict" in done.stdout
    assert record.load(tiny.root / record.RECORD).blocks.keys() == {"home/hello.py"}
    (tiny.root / record.RECORD).unlink()
    assert tiny.run_tests().returncode == 0
    assert record.load(tiny.root / record.RECORD).blocks.keys() == {"home/hello.py"}


def test_record_of_an_older_form_says_what_to_type(tiny):
    tiny.write(record.RECORD, json.dumps({"schema": 1, "blocks": []}))
    done = tiny.command("check")
    assert said(done) == (
        "error: verification.json has schema 1, this harness reads 3: type `make record`, which writes it anew"
        " (make test && make matrix)\n"
    )


def test_git_leaves_no_marks_in_the_record(tmp_path):
    def git(*words: str, fails: bool = False) -> None:
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        done = subprocess.run(["git", *identity, *words], cwd=tmp_path, capture_output=True, check=False)
        assert bool(done.returncode) == fails, done.stdout + done.stderr

    git("init", "--quiet", "-b", "main", ".")
    (tmp_path / ".gitattributes").write_bytes((record.ROOT / ".gitattributes").read_bytes())
    for branch, date in (("main", 1), ("other", 2), ("main", 3)):
        git("checkout", "--quiet", *(["-b"] if branch == "other" else []), branch, fails=date == 1)
        run = record.Run(f"2026-11-0{date}", "3.13.5", {}, {})
        record.save(record.Record({"current": run}, {}), tmp_path / record.RECORD)
        with (tmp_path / retries.RETRIES).open("a") as file:
            file.write(f"2026-11-0{date} | current | tests/test_x.py::test_{date} | late\n")
        git("add", ".")
        git("commit", "--quiet", "-m", "run")
    git("merge", "other", fails=True)
    assert record.load(tmp_path / record.RECORD).runs["current"].date == "2026-11-03", "ours, and readable"
    assert [line[9] for line in (tmp_path / retries.RETRIES).read_text().splitlines()] == ["1", "3", "2"]
