"""A run is the same in any folder and however it was started, and what it executes can damage nothing that lasts.

Each fault is planted in a copy of the tiny site, as in `test_gate.py`. What is planted here writes or removes files: it
runs only where a harmless probe has shown that it cannot.
"""

from __future__ import annotations

import os
import pwd
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from harness import HarnessError
from harness.lab import login, namespace

GATE = runpy.run_path(str(Path(__file__).with_name("test_gate.py")))
Tiny, said = GATE["Tiny"], GATE["said"]
FAR = "ein ordner mit ümlaut und leerzeichen/und noch mehr zeichen, bis es weit über neunzig sind"
CONSOLE = '# Tiny\n\n```console\n--8<-- "home/say.console"\n```\n'


@pytest.fixture
def tiny(tmp_path: Path):
    return Tiny(tmp_path / "tiny")


@pytest.fixture
def far(tmp_path: Path):
    """The tiny site where the path is long and has spaces and letters that are not ASCII."""
    assert len(str(tmp_path / FAR)) >= 90
    return Tiny(tmp_path / FAR / "tiny")


def session(site, text: str, test: str) -> None:
    """Make a session the only block of the site."""
    (site.root / "snippets/home/hello.py").unlink()
    site.write("docs/index.md", CONSOLE)
    site.write("snippets/home/say.console", text)
    site.write("tests/test_home.py", test)


# --- however it was started ---------------------------------------------------------------------

# Becomes the command in its arguments, with all that a caller may hand down.
HOSTILE = """
import os, resource, signal, sys
for number in (signal.SIGHUP, signal.SIGINT, signal.SIGPIPE, signal.SIGTERM, signal.SIGCHLD, signal.SIGQUIT):
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1, signal.SIGALRM])
resource.setrlimit(resource.RLIMIT_NOFILE, (256, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
os.umask(0o077)
os.setsid()
os.environ.update(HOME="/nowhere", LANG="de_DE.UTF-8", USER="amina", TZ="Africa/Nairobi")
os.execv(sys.argv[1], sys.argv[1:])
"""
FRESH = """$ grep -E "Sig(Blk|Ign)" /proc/self/status | tr "\\t" " "
SigBlk: 0000000000000000
SigIgn: 0000000000000000
$ umask
0022
$ test $(ulimit -n) -ge 1024
$ echo "${USER-nobody}, $(cd; pwd), $TZ"
nobody, /tmp/home, UTC
"""


def hostile(site, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = namespace.command([sys.executable, "-m", "harness", *arguments], pid=True)
    ours = ("GUIDE_RUN_DIR", "GUIDE_RECORD", "PYTEST_", "COVERAGE_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    env |= {"GUIDE_INSIDE": "1", "PYTHONPATH": str(site.root)}
    return subprocess.run(
        [sys.executable, "-c", HOSTILE, *command],
        cwd=site.root, env=env, capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip


def test_run_gives_programs_what_a_fresh_login_has(tiny):
    session(tiny, FRESH, 'def test_say(terminal):\n    terminal("home/say.console")\n')
    done = hostile(tiny, "test", "--guides-only", "--jobs", "1")
    assert done.returncode == 0, said(done)
    assert "1 of 1 blocks verified" in done.stdout


def test_red_run_is_red_however_it_was_started(tiny):
    """With SIGCHLD ignored, a process that waits for another is told that it ended well."""
    tiny.write("snippets/home/hello.py", 'print("hello")\n#> goodbye\n')
    done = hostile(tiny, "test", "--guides-only", "--jobs", "1")
    assert done.returncode == 1, said(done)
    assert "Print output changed code" in said(done)


def test_step_that_hangs_leaves_nothing_where_hangups_are_ignored(tiny):
    test = 'def test_say(terminal):\n    terminal("home/say.console", timeout=1)\n'
    session(tiny, "$ trap '' HUP\n$ sleep 600\n", test)
    done = hostile(tiny, "test", "--guides-only", "--jobs", "1")
    assert done.returncode == 1
    assert "snippets/home/say.console:2: `sleep 600` did not end within 1 s" in said(done)
    assert "a process was left running" not in said(done)


def test_too_few_files_are_one_line_with_a_remedy(monkeypatch):
    monkeypatch.setattr(login.resource, "getrlimit", lambda _: (256, 256))
    monkeypatch.setattr(login.resource, "setrlimit", lambda *_: None)
    with pytest.raises(HarnessError) as error:
        login.settle()
    assert str(error.value) == "only 256 files may be open here, a run needs 1024: raise `ulimit -Hn`"


# --- wherever it is -----------------------------------------------------------------------------


def test_sound_site_is_green_in_a_long_path(far):
    far.write("tests/test_more.py", "def test_more():\n    pass\n")  # two files: two processes
    done = far.command("test", "--guides-only", "--jobs", "2", contained=True)
    assert done.returncode == 0, said(done)
    assert "1 of 1 blocks verified" in done.stdout
    done = far.command("site")
    assert done.returncode == 0, said(done)
    assert "site/ built: 1 blocks shown, all verified" in done.stdout


FLOOD = """import pathlib
import time

print("ready")
for _ in range(4000):
    print(__file__ * 4)
pathlib.Path("printed").touch()
time.sleep(600)
"""


def test_session_that_prints_200_kilobytes_is_not_held_up(far):
    test = (
        "from harness.process import wait_until\n\n\n"
        "def test_say(terminal, workspace):\n"
        f"    (workspace.path / 'flood.py').write_text({FLOOD!r})\n"
        '    session = terminal("home/say.console", keeps_running=True)\n'
        '    wait_until((workspace.path / "printed").exists, 20, "all to be printed")\n'
        "    assert len(session.output()) > 200_000\n"
    )
    session(far, "$ python $PWD/flood.py\nready\n", test)
    done = far.run_tests()
    assert done.returncode == 0, said(done)


# --- whatever it executes -----------------------------------------------------------------------

HOME = pwd.getpwuid(os.getuid()).pw_dir


def test_probe_finds_everything_read_only_but_what_a_run_needs(tiny):
    """A harmless file; what destroys something is planted below this line only, and only in such a root."""
    probe = (
        "import os, pathlib, sys\n"
        "for folder in sys.argv[1:]:\n"
        "    try:\n"
        "        file = pathlib.Path(folder, f'probe-{os.getpid()}')\n"
        "        file.touch()\n"
        "        file.unlink()\n"
        "        print('written', folder)\n"
        "    except OSError as error:\n"
        "        print(error.strerror, folder)\n"
    )
    kept = ["/", "/etc", "/usr/bin", "/var", "/run", "/dev", "/home", HOME, str(tiny.root), f"{tiny.root}/tests"]
    kept += [f"{tiny.root}/snippets", sys.prefix]
    free = ["/tmp", "/var/tmp", "/dev/shm", f"{tiny.root}/.cache", "/tmp/home"]
    done = subprocess.run(
        namespace.command([sys.executable, "-c", probe, *kept, *free], pid=True),
        cwd=tiny.root, env={**os.environ, "PYTHONPATH": str(tiny.root)}, capture_output=True, text=True, timeout=60,
        check=True,
    )  # fmt: skip
    expected = [f"Read-only file system {folder}" for folder in kept] + [f"written {folder}" for folder in free]
    assert done.stdout.splitlines() == expected


WRITE = 'from pathlib import Path\n\nPath("{}").write_text("x")'


def state(root: Path) -> dict[str, int]:
    """When each file of a site was written, except those that a run may write."""
    files = [file for file in root.rglob("*") if ".cache" not in str(file) and file.name != "verification.json"]
    return {str(file): file.lstat().st_mtime_ns for file in files}


@pytest.mark.parametrize(
    ("planted", "name"),
    [
        (WRITE.format("/etc/planted"), "/etc/planted"),
        (WRITE.format(f"{HOME}/planted"), f"{HOME}/planted"),
        (WRITE.format("tests/planted"), "tests/planted"),
        ('import os\n\nos.remove("tests/test_home.py")', "tests/test_home.py"),
        ('import os\n\nos.rename("tests", "gone")', "tests"),
        ('import shutil\n\nshutil.rmtree("snippets")', "hello.py"),
    ],
)
def test_snippet_that_changes_files_outside_of_the_run_is_named_and_changes_nothing(tiny, planted, name):
    tiny.write("snippets/home/hello.py", f"{planted}\n")
    before = state(tiny.root)
    done = tiny.run_tests()
    assert done.returncode == 1
    assert "Read-only file system: '" in said(done), said(done)
    assert name in said(done)
    assert "raised at snippets/home/hello.py:3" in said(done)
    assert "home/hello.py: tests/test_home.py::test_hello failed" in done.stdout
    assert not Path("/etc/planted").exists()
    assert not Path(HOME, "planted").exists()
    assert state(tiny.root) == before


def test_outputs_can_be_rewritten_and_nothing_else(tiny):
    session(tiny, "$ touch $OLDPWD/../tests/planted || echo no\nno\n$ echo one\ntwo\n", GATE["TEST"])
    tiny.write(
        "tests/test_home.py",
        "from pathlib import Path\n\n\n"
        "def test_say(terminal, workspace):\n"
        '    workspace.env["OLDPWD"] = str(Path("snippets").resolve())\n'
        '    terminal("home/say.console")\n',
    )
    done = tiny.command("update", "--all", contained=True, GUIDE_UPDATE="1")
    assert done.returncode == 0, said(done)
    shown = (tiny.root / "snippets/home/say.console").read_text()
    assert "Read-only file system\nno\n$ echo one\none\n" in shown
    assert not (tiny.root / "tests/planted").exists()
