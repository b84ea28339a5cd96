"""The runners do what the pages trust them to do."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from harness import measure
from harness.process import alive, wait_until
from harness.proof.runners import compare, terminal
from harness.proof.runners.workspace import Workspace


@pytest.fixture
def space(tmp_path):
    made = Workspace(tmp_path / "shop", tmp_path / "logs", tmp_path / "coverage")
    yield made
    made.close()


# --- comparison ---


def test_equal_text_matches_and_other_text_does_not():
    assert compare.matches("one\ntwo", "one\ntwo\n")
    assert not compare.matches("one\ntwo", "one\nthree")
    assert not compare.matches("one", "one\ntwo")
    assert not compare.matches("", "something")


def test_dots_stand_for_any_number_of_lines_but_not_for_part_of_one():
    assert compare.matches("first\n...\nlast", "first\nlast")
    assert compare.matches("first\n...\nlast", "first\na\nb\nlast")
    assert not compare.matches("Connecting...", "Connecting to somewhere")


@pytest.mark.parametrize(
    ("shown", "actual"),
    [
        ("id 9f1c2f0e-8a55-4f1c-9d0b-2f6f1f1c0a11", "id 00000000-1111-2222-3333-444444444444"),
        ("[2026-11-21 04:27:01,123: INFO] ready", "[2027-01-02 03:04:05,999: INFO] ready"),
        ("succeeded in 0.0123s: 10", "succeeded in 1.5s: 10"),
        ("ForkPoolWorker-2] done", "ForkPoolWorker-17] done"),
        ("event 0123456789abcdef0123456789abcdef", "event ffffffffffffffffffffffffffffff00"),
    ],
)
def test_masks_let_values_of_the_same_shape_pass(shown, actual):
    assert compare.matches(shown, actual)


@pytest.mark.parametrize(
    ("shown", "actual"),
    [("(integer) 2", "(integer) 3"), ("redis 8.0.6", "redis 8.0.7"), ("saved 100 orders", "saved 99 orders")],
)
def test_masks_do_not_hide_what_matters(shown, actual):
    assert not compare.matches(shown, actual)


# --- sessions ---


def test_console_steps_join_continued_lines():
    steps = terminal.console_steps("$ cat <<END\n> one\n> END\none\n$ true\n", "x")
    assert [(step.command, step.shown) for step in steps] == [("cat <<END\none\nEND", "one"), ("true", "")]


def test_redis_steps_know_the_prompts_of_a_transaction():
    text = "127.0.0.1:6379> MULTI\nOK\n127.0.0.1:6379(TX)> SET a 1\nQUEUED\n127.0.0.1:6379(TX)> EXEC\n1) OK\n"
    assert [step.command for step in terminal.redis_steps(text, "x")] == ["MULTI", "SET a 1", "EXEC"]


def test_copied_text_is_the_commands_alone():
    assert terminal.copied_text("$ one\noutput\n$ two \\\n> three\n") == "one\ntwo \\\nthree"
    assert terminal.copied_text("127.0.0.1:6379> SET a 1\nOK\n") == "SET a 1"


def play(space: Workspace, tmp_path: Path, text: str, monkeypatch, **how) -> terminal.Terminal:
    (tmp_path / "snippets").mkdir(exist_ok=True)
    (tmp_path / "snippets/t.console").write_text(text)
    monkeypatch.setattr(terminal, "ROOT", tmp_path)
    return terminal.Terminal(space, "t.console", timeout=10).play(**how)


def test_session_keeps_its_folder_and_variables(space, tmp_path, monkeypatch):
    play(space, tmp_path, "$ NAME=Amina\n$ mkdir x; cd x\n$ echo $NAME; pwd\nAmina\n~/shop/x\n", monkeypatch)


def test_ctrl_c_is_pressed_where_the_page_shows_it(space, tmp_path, monkeypatch):
    text = "$ echo started; sleep 600\nstarted\n^C\n$ echo after\nafter\n"
    play(space, tmp_path, text, monkeypatch, fails=["echo started; sleep 600"])


def test_running_command_is_awaited_and_stopped(space, tmp_path, monkeypatch):
    session = play(space, tmp_path, "$ echo ready; sleep 600\nready\n", monkeypatch, keeps_running=True)
    pid = terminal.foreground_pid(session)
    assert Path(f"/proc/{pid}").exists()
    session.stop()
    assert not Path(f"/proc/{pid}").exists()


FLOOD = """import pathlib, signal

print("ready", flush=True)
signal.sigwait([signal.SIGUSR1])
for number in range(4000):
    print(f"{number:06} {'x' * 42}", flush=True)
pathlib.Path("printed").touch()
signal.pause()
"""


def test_session_is_read_while_no_test_looks_at_it(space, tmp_path, monkeypatch):
    """A terminal holds a few kilobytes; then the program's `print` would block, and the program with it."""
    (space.path / "flood.py").write_text(f"import signal\nsignal.pthread_sigmask(0, [signal.SIGUSR1])\n{FLOOD}")
    text = "$ echo before\nbefore\n$ python flood.py\nready\n"
    session = play(space, tmp_path, text, monkeypatch, keeps_running=True)
    os.kill(terminal.foreground_pid(session), signal.SIGUSR1)
    wait_until((space.path / "printed").exists, 10, "the program to print 200 kB")
    assert session.wait_for("^003999 x+$").count("\n") == 4001
    assert session.outputs == ["before", session.output()]
    assert session.stop().startswith("ready\n000000 x")


def test_waiting_for_a_program_that_has_ended_the_terminal_fails_at_once(space, tmp_path, monkeypatch):
    session = play(space, tmp_path, "$ echo ready; exec true\nready\n", monkeypatch, keeps_running=True)
    with pytest.raises(AssertionError, match=r"the terminal ended before 'never' was printed\nready"):
        session.wait_for("never", timeout=20)
    session.end()


def test_programs_of_a_session_ignore_what_they_would_at_a_desk(space, tmp_path, monkeypatch):
    """Python itself ignores two signals; a run may have been started with more."""
    (space.path / "ignored.sh").write_text("grep SigIgn /proc/self/status\n")
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        play(space, tmp_path, "$ sh ignored.sh\nSigIgn:\t0000000000000000\n", monkeypatch)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_session_ends_with_programs_that_ignore_its_hangup(space, tmp_path, monkeypatch):
    text = "$ (trap '' HUP; echo $BASHPID > pid; exec sleep 600) & until [ -s pid ]; do sleep 0.01; done\n...\n"
    session = play(space, tmp_path, text, monkeypatch)
    pid = int((space.path / "pid").read_text())
    assert alive(pid), "a terminal that is closed ends nobody who ignores it"
    session.end()
    assert not alive(pid)


def test_step_that_hangs_is_named_with_its_line(space, tmp_path, monkeypatch):
    monkeypatch.setattr(terminal, "DEADLINE", 1)
    (tmp_path / "snippets").mkdir()
    (tmp_path / "snippets/t.console").write_text("$ true\n$ sleep 600\n")
    monkeypatch.setattr(terminal, "ROOT", tmp_path)
    session = terminal.Terminal(space, "t.console", timeout=0.5)
    with pytest.raises(AssertionError, match=r"snippets/t\.console:2: `sleep 600` did not end within 0\.5 s"):
        session.play()
    session.end()


# --- workspaces ---

FORKS = """import os


def child():
    return "in the child"


pid = os.fork()
if pid == 0:
    child()
    os._exit(0)
os.waitpid(pid, 0)
print("parent")
"""


def lines_of_program(space: Workspace, name: str = "program.py") -> set[int]:
    from coverage import CoverageData

    lines: set[int] = set()
    for file in space._coverage.glob("data.*"):
        data = CoverageData(str(file))
        data.read()
        lines |= set(data.lines(str(space.path / name)) or ())
    return lines


def measured(space: Workspace, text: str) -> set[int]:
    """Run `text` as a program of the workspace; the raw lines that ran in it and in what it forked."""
    (space.path / "program.py").write_text(text)
    space.run(sys.executable, "program.py")
    return lines_of_program(space)


def test_lines_that_a_forked_child_ran_are_measured(space):
    assert {5, 10, 11, 13} <= measured(space, FORKS)


def test_lines_that_nobody_ran_are_not_measured(space):
    assert 2 not in measured(space, "if not __name__:\n    print('never')\nprint('always')\n")


def test_program_is_measured_from_the_first_file_of_the_folder_on(space):
    """What it imports before is not traced, which would make a `celery` command half as long again."""
    (space.path / "program.py").write_text("import sys\nprint('coverage' in sys.modules)\n")
    imports = "import json, sys; print('coverage' in sys.modules); import program"
    assert space.run("python", "-c", imports) == "False\nTrue\n"
    assert lines_of_program(space) == {1, 2}


def test_imports_are_not_traced_and_what_follows_them_is(space):
    (space.path / "other.py").write_text("import colorsys\n\n\ndef double(number):\n    return 2 * number\n")
    text = "import gc, sys\nimport wave\nimport other\n\nassert sys.gettrace() and gc.isenabled()\nother.double(2)\n"
    assert measured(space, text) == {1, 2, 3, 5, 6}
    assert space.close() == {}  # neither is a file of a page
    data = lines_of_program(space, "other.py")
    assert data == {1, 4, 5}


IMPORTS = """import importlib, sys, threading, time
slow = False


def hook(event, _):
    if slow and event == "sys.settrace":
        time.sleep(0.01)


def load(name, ready):
    ready.set()
    together.wait()
    importlib.import_module(name)


sys.addaudithook(hook)
names = ["wave", "colorsys", "mailbox", "plistlib", "netrc"]
together = threading.Barrier(len(names) + 1)
threads = []
for name in names:
    ready = threading.Event()
    threads.append(threading.Thread(target=load, args=[name, ready]))
    threads[-1].start()
    ready.wait()
slow = True
together.wait()
for thread in threads:
    thread.join()
"""


def test_threads_that_import_at_the_same_time_are_let_alone(space):
    """Python refuses to change what is traced in two threads at once."""
    (space.path / "program.py").write_text(IMPORTS)
    assert space.run("python", "program.py") == ""


def test_traceback_of_a_failing_import_is_the_one_that_readers_see(space):
    (space.path / "other.py").write_text("import there_is_none\n")
    (space.path / "program.py").write_text("import other\n")
    said = space.run("python", "program.py", status=1)
    measured = [line for line in said.splitlines() if line.startswith("  File")]
    plain = space.run("python", "program.py", status=1, env={measure.VARIABLE: ""})
    assert measured == [line for line in plain.splitlines() if line.startswith("  File")] != []


WAITS = """import signal, sys, time


def leave(*_):
    sys.exit(7)


{}
print("ready")
time.sleep(60)
"""


@pytest.mark.parametrize(
    ("handler", "status", "lines"),
    [("pass", -signal.SIGTERM, {1, 8, 9, 10}), ("signal.signal(signal.SIGTERM, leave)", 7, {1, 5, 8, 9, 10})],
)
def test_program_ended_by_sigterm_ends_as_without_us_and_is_measured(space, handler, status, lines):
    (space.path / "program.py").write_text(WAITS.format(handler))
    process = space.start("python", "program.py")
    process.wait_for("ready")
    assert process.stop() == status
    assert lines <= lines_of_program(space)


def test_killed_program_and_its_children_are_gone(space):
    process = space.start("bash", "-c", "sleep 600 & echo child $!; wait")
    child = int(process.wait_for(r"child (\d+)").split()[1])
    process.kill()
    assert process.returncode == -signal.SIGKILL
    assert not alive(child)


def test_waiting_for_words_that_never_come_shows_what_was_printed(space):
    process = space.start("echo", "other words")
    with pytest.raises(AssertionError, match="ended with 0 before 'ready' was printed\nother words"):
        process.wait_for("ready", timeout=5)


def test_program_that_ignores_sigterm_is_reported_and_ended(space):
    process = space.start("bash", "-c", "trap '' TERM; echo ready; while true; do read -t 1 < /dev/zero; done")
    process.wait_for("ready")
    with pytest.raises(AssertionError, match=r"still running 0\.5 s after SIGTERM"):
        process.stop(timeout=0.5)
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


def test_wrong_exit_status_is_reported_with_the_output(space):
    with pytest.raises(AssertionError, match="exit status 3, expected 0\nwhy"):
        space.run("bash", "-c", "echo why; exit 3")
