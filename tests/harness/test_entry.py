"""Plain `pytest` gets its servers by itself, lists tests without any, and says in one line what it lacks."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pexpect
import pytest

from harness import ROOT, HarnessError
from harness.lab import debian, namespace, provision
from harness.lab.fixtures import Servers
from harness.lab.servers import Bugsink, RabbitMQ, Redis
from harness.lab.servers.base import healthy
from harness.process import wait_until
from harness.site import changes

CONFIGURATION = ("-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT))
CACHE_DIR = ("-o", "cache_dir=.cache/pytest-of-test-entry")  # what failed last is the caller's to know
OURS = ("GUIDE_INSIDE", "GUIDE_PROVISION", "GUIDE_RUN_DIR", "GUIDE_UPDATE", "PYTEST_", "COVERAGE_")


def outside(**env: str) -> dict[str, str]:
    """The environment of somebody who types a command, not that of a run."""
    return {k: v for k, v in os.environ.items() if not k.startswith(OURS)} | env


def run(*command: str | Path, cwd: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    words = [str(word) for word in command]
    return subprocess.run(
        words, cwd=cwd, env=outside(**env), capture_output=True, text=True, timeout=100, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


def type_pytest(*words: str | Path, cwd: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, "-m", "pytest", *CACHE_DIR, *words, cwd=cwd, **env)


def empty_cache(folder: Path) -> dict[str, str]:
    """Variables for a run that finds nothing prepared."""
    return {"XDG_CACHE_HOME": str(folder), "GUIDE_CACHE": str(folder / "tested-guide")}


def write(folder: Path, name: str, text: str) -> Path:
    """A test file in `folder`, from which pytest is then started: other folders of /tmp are hidden in a run."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


# --- what provides nothing ----------------------------------------------------------------------


def test_tests_are_collected_without_servers(tmp_path):
    done = type_pytest("--collect-only", "-q", "tests", **empty_cache(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "tests/redis/test_caching.py::" in done.stdout
    assert "tests/harness/test_services.py::" in done.stdout
    assert list(tmp_path.iterdir()) == [], "nothing was prepared"


@pytest.mark.parametrize("option", ["--help", "--version", "--fixtures", "--markers"])
def test_what_runs_no_test_prepares_nothing(option, tmp_path):
    done = type_pytest(option, **empty_cache(tmp_path))
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []


# --- what provides servers ----------------------------------------------------------------------


def test_chosen_test_runs_on_its_own_server_and_leaves_that_of_others_alone(redis_server: Redis):
    redis_server.client().set("precious", "family photos")
    done = type_pytest("tests/redis/test_caching.py", "-k", "version_key", "-q")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^1 passed, \d+ deselected", done.stdout, re.M)
    assert "not proven by these tests" not in done.stdout
    assert redis_server.client().keys() == ["precious"]


def test_lines_that_the_chosen_tests_touch_and_do_not_run_are_said():
    done = type_pytest("tests/redis/test_caching.py", "-k", "cache_is_used_again", "-q")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"redis/caching/shop\.py: no test executed line \d+", done.stdout), done.stdout
    assert "ask.py" not in done.stdout, "nothing was chosen that runs it"


def test_call_of_an_ide_keeps_its_plugin_and_its_folder(tmp_path):
    """Another working directory, an absolute path, a plugin on PYTHONPATH that answers through a pipe of /tmp."""
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    write(
        here, "ide_plugin.py",
        "import os\n\n\n"
        "def pytest_runtest_logreport(report):\n"
        '    if report.when == "call":\n'
        '        with open(os.environ["TEST_RUN_PIPE"], "w") as pipe:\n'
        '            print(report.nodeid, report.outcome, os.getcwd(), "PYTHONPATH" in os.environ, file=pipe)\n',
    )  # fmt: skip
    elsewhere.mkdir()
    pipe = elsewhere / "pipe"
    os.mkfifo(pipe)
    name = "tests/redis/test_caching.py::test_json_from_the_cache_runs_nothing"
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        done = type_pytest(
            "-p", "ide_plugin", "--rootdir", ROOT, "--capture=no", f"{ROOT}/{name}",
            cwd=here, PYTHONPATH=str(here), TEST_RUN_PIPE=str(pipe), CI="true",
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert os.read(reader, 10_000).decode() == f"{name} passed {here} False\n"
    finally:
        os.close(reader)


def test_runner_that_hands_over_objects_is_started_again_itself(tmp_path):
    runner = tmp_path / "runner.py"
    runner.write_text(
        "import sys\nimport pytest\n\n\n"
        "class Plugin:\n"
        "    def pytest_sessionfinish(self, session):\n"
        '        print("the runner saw", session.testscollected)\n\n\n'
        "sys.exit(pytest.main(sys.argv[1:], [Plugin()]))\n"
    )
    done = run(sys.executable, runner, ROOT / "tests/redis/test_index.py", "-q", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("the runner saw 2") == 1


def test_debugger_has_the_terminal_and_living_servers(tmp_path):
    test = write(
        tmp_path / "shop", "test_debugged.py",
        'def test_price(redis_server):\n    client = redis_server.client()\n    assert client.get("price") == "12"\n',
    )  # fmt: skip
    words = ["-m", "pytest", *CONFIGURATION, "--pdb", *CACHE_DIR, test.name]
    child = pexpect.spawn(
        sys.executable, words, cwd=str(test.parent), env=outside(), timeout=60, encoding="utf-8", dimensions=(50, 150)
    )
    child.expect_exact("(Pdb) ")
    child.sendline("client.set('price', 12), client.ping()")
    child.expect_exact("(True, True)")
    child.expect_exact("(Pdb) ")
    child.sendline("q")
    child.expect("1 failed")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 2, "as pytest says for a run that was interrupted"


def test_last_failed_is_remembered_outside_of_the_read_only_project(tmp_path):
    test = write(
        tmp_path / "shop", "test_two.py",
        "import os\n\n\ndef test_good():\n    pass\n\n\ndef test_bad():\n    assert 0\n",
    )  # fmt: skip
    words = (*CONFIGURATION, "-q", test.name)
    cache = ROOT / ".cache" / "pytest-of-test-entry"
    try:
        assert "1 failed, 1 passed" in type_pytest(*words, cwd=test.parent).stdout
        assert cache.is_dir()
        again = type_pytest("--lf", *words, cwd=test.parent)
        assert "1 failed, 1 deselected" in again.stdout, again.stdout + again.stderr
    finally:
        subprocess.run(["rm", "-rf", cache], check=True)
    configured = run(sys.executable, "-m", "pytest", "--collect-only", "tests/redis/test_index.py").stdout
    assert "cachedir: .cache/pytest\n" in configured


def test_each_process_has_servers_of_its_own_and_none_is_idle(tmp_path):
    for name, other in (("a", "b"), ("b", "a")):
        write(
            tmp_path / "shop", f"test_{name}.py",
            "import time\nfrom pathlib import Path\n\n\n"
            "def test_alone(redis_server):\n"
            f'    Path("/tmp/{name}").touch()\n'
            "    end = time.monotonic() + 60\n"
            f'    while not Path("/tmp/{other}").exists():\n'  # both hold their port 6379 at the same time
            "        assert time.monotonic() < end\n"
            "        time.sleep(0.05)\n"
            "    assert redis_server.client().dbsize() == 0\n"
            '    redis_server.client().set("mine", 1)\n',
        )  # fmt: skip
    words = (*CONFIGURATION, "--rootdir", ".", "-v", "-n", "4")  # so that the two files have names of their own
    done = type_pytest(*words, "test_a.py", "test_b.py", cwd=tmp_path / "shop")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 workers [2 items]" in done.stdout
    done = type_pytest("-v", "-n", "4", "tests/redis/test_index.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "workers" not in done.stdout


# --- running servers ----------------------------------------------------------------------------

BESIDE_RUNNING = """
import subprocess

import pytest


def test_uses(redis_server, rabbitmq):
    assert redis_server.version and rabbitmq.version
    assert redis_server.client().set("key", 1)
    rabbitmq.api("PUT", "queues/%2F/orders", {"durable": True})


def test_is_empty(redis_server, rabbitmq):
    assert redis_server.client().dbsize() == 0
    assert rabbitmq.api("GET", "queues") == []


@pytest.mark.parametrize("how", ["kill", "stop", "freeze", "restart", "log", "folder", "pid"])
def test_breaks(redis_server, rabbitmq, how):
    for server in (redis_server, rabbitmq):
        found = getattr(server, how)
        found()


def test_calls(redis_server):
    subprocess.run(["redis-server", "--port", "6380"], check=True)


def test_shuts_down(redis_server):
    subprocess.run(["redis-cli", "Shutdown", "nosave"], check=True)


def test_types(redis_server):
    redis_server.client().set("key", 1)
    assert subprocess.check_output(["redis-cli", "exists", "key"]) == b"1\\n"


def test_asks(rabbitmq):
    rabbitmq.ctl("status")


def test_receives(ingest):
    pass


def test_starts(new_redis):
    new_redis(port=6380)


@pytest.mark.own_servers("breaks servers by a command")
def test_marked():
    assert False


def test_fails(redis_server):
    assert redis_server.client().get("key"), "an honest failure"
"""


def as_running(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return type_pytest(*CONFIGURATION, *words, cwd=folder, GUIDE_SERVICES="running")


def test_running_servers_are_used_and_never_broken(redis_server: Redis, rabbitmq: RabbitMQ, servers: Servers, tmp_path):
    """The servers of this session play those that somebody else started, with a Bugsink beside them."""
    servers.stop(Bugsink)
    test = write(tmp_path / "shop", "test_beside.py", BESIDE_RUNNING)
    pids = redis_server.pid, rabbitmq.pid
    with socket.create_server(("127.0.0.1", 9000)):
        done = as_running(test.parent, test.name)
    assert "INTERNALERROR" not in done.stdout
    assert "1 failed, 3 passed, 13 skipped" in done.stdout, done.stdout + done.stderr
    assert "an honest failure" in done.stdout
    for reason in (
        "this test breaks servers (kills Redis), and the run did not start the servers",
        "this test breaks servers (stops Redis), and the run did not start the servers",
        "this test breaks servers (freezes Redis), and the run did not start the servers",
        "this test breaks servers (restarts Redis), and the run did not start the servers",
        "this test breaks servers by a command, and the run did not start the servers",
        "this test reads the files of Redis, and the run did not start the servers",
        "this test calls redis-cli shutdown, and the run did not start the servers",
        "this test calls redis-server, and the run did not start the servers",
        "this test calls rabbitmqctl, which works beside the broker only, and the run did not start the servers",
        "this test needs port 9000 for a program of its own, and it is taken; start Redis and RabbitMQ only",
        "this test starts one more Redis, and the run did not start the servers",
    ):
        assert reason in done.stdout.replace("\n", ""), reason
    assert (redis_server.pid, rabbitmq.pid) == pids
    assert redis_server.client().dbsize() == 0
    assert rabbitmq.api("GET", "queues") == []


def test_running_servers_that_hold_something_are_left_alone(redis_server: Redis, rabbitmq: RabbitMQ, tmp_path):
    test = write(tmp_path / "shop", "test_beside.py", BESIDE_RUNNING)
    redis_server.client().set("precious", "family photos")
    done = as_running(test.parent, test.name, "-k", "is_empty")
    assert "1 error" in done.stdout, done.stdout + done.stderr
    assert "the Redis on port 6379 holds 1 keys, and the tests would delete them: start empty servers" in done.stdout
    assert redis_server.client().get("precious") == "family photos"
    redis_server.flush()
    rabbitmq.api("PUT", "queues/%2F/precious", {"durable": True})
    done = as_running(test.parent, test.name, "-k", "is_empty")
    assert "the RabbitMQ on port 5672 holds the queue precious, and" in done.stdout
    assert [queue["name"] for queue in rabbitmq.api("GET", "queues")] == ["precious"]


def test_running_servers_serve_one_process(redis_server: Redis, rabbitmq: RabbitMQ):
    done = as_running(ROOT, "-n", "2", "tests/redis/test_index.py")
    assert done.returncode == 4
    assert done.stderr.strip() == (
        "ERROR: GUIDE_SERVICES=running: the servers serve one test process only; leave out -n"
    )


def test_nothing_listens_where_running_servers_should():
    words = [sys.executable, "-m", "pytest", "tests/redis/test_index.py"]
    done = run(*namespace.command(words, pid=False), GUIDE_SERVICES="running")
    assert done.returncode == 4
    assert done.stderr.strip() == (
        "ERROR: GUIDE_SERVICES=running, but nothing listens on port 6379 (Redis): "
        "start the servers (`docker compose up --detach --wait redis rabbitmq`)"
    )


# --- bad input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "env", "message"),
    [
        (["--lane", "newest"], {}, "unknown lane 'newest': choose one of current, previous, oldest"),
        ([], {"GUIDE_SERVICES": "docker"}, "GUIDE_SERVICES='docker' is unknown: set it to `running`, or unset it"),
    ],
)
def test_bad_choice_is_one_line(words, env, message):
    done = type_pytest("tests/redis/test_index.py", *words, **env)
    assert (done.returncode, done.stdout.strip(), done.stderr.strip()) == (4, "", f"ERROR: {message}")
    done = run(sys.executable, "-m", "harness", "test", *words, **env)
    assert (done.returncode, done.stdout, done.stderr.strip()) == (2, "", f"error: {message}")


def test_make_test_with_running_servers_is_refused():
    done = run(sys.executable, "-m", "harness", "test", GUIDE_SERVICES="running")
    assert done.stderr.strip() == (
        "error: GUIDE_SERVICES=running is for `pytest` alone, which then records nothing; unset it"
    )


def test_first_run_without_network_is_one_line_and_leaves_nothing_half_made(tmp_path):
    done = type_pytest("tests/redis/test_index.py", **empty_cache(tmp_path))
    assert done.returncode == 4
    preparing, error = done.stderr.strip().splitlines()
    assert preparing.startswith("harness: preparing Redis and RabbitMQ of Debian ")
    assert error.startswith("ERROR: Redis and RabbitMQ of Debian ")
    left = [
        path for path in (tmp_path / "tested-guide").rglob("*") if path.is_dir() or path.suffix not in (".lock", ".log")
    ]
    assert [path.name for path in left] == ["roots"]


@pytest.mark.parametrize("target", ["test", "matrix", "update"])
def test_other_systems_hear_what_to_type(target, tmp_path):
    other = tmp_path / "os-release"
    other.write_text("ID=ubuntu\nID_LIKE=debian\n")
    venv = os.path.relpath(sys.prefix, ROOT)  # make's targets cannot have spaces, which the folder may have
    hidden = f"mount --bind {other} /usr/lib/os-release && exec make VENV={venv} {target}"
    done = run("unshare", "--mount", "sh", "-c", hidden)
    assert done.returncode == 2
    line, *rest = done.stderr.splitlines()
    assert line == (f"error: the tests unpack servers of Debian, and this is not Debian; type: {provision.elsewhere()}")
    assert [word.split(":")[0] for word in rest] == ["make"]


def test_what_to_type_holds_for_this_folder(monkeypatch):
    monkeypatch.setattr(provision, "ROOT", Path("/home/amina/my guide"))
    words = provision.elsewhere()
    assert "docker build --tag tested-guide '/home/amina/my guide' && docker run --privileged" in words
    assert "--volume '/home/amina/my guide':'/home/amina/my guide'" in words
    assert words.endswith("--workdir '/home/amina/my guide' tested-guide make test")
    monkeypatch.setattr(debian, "is_debian", lambda: False)
    with pytest.raises(provision.ProvisionError, match="docker build"):
        provision.ensure("current")


# --- what needs neither Debian nor /proc --------------------------------------------------------


# `unshare --mount sh -c HIDDEN sh COMMAND...`
HIDDEN = 'mount -t tmpfs none /proc && test ! -e /proc/self && exec "$@"'
# The standard library has asked for the system before this code does.
AS_MACOS = """
import runpy, sys, urllib.request
sys.platform = "darwin"
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize("python", [["-m"], ["-c", AS_MACOS]], ids=["Linux", "macOS"])
def test_check_needs_no_proc(python):
    command = (sys.executable, *python, "harness", "check")
    hidden = run("unshare", "--mount", "sh", "-c", HIDDEN, "sh", *command)
    usual = run(sys.executable, "-m", "harness", "check")
    assert (hidden.returncode, hidden.stdout, hidden.stderr) == (usual.returncode, usual.stdout, usual.stderr)


@pytest.mark.parametrize("python", [["-m"], ["-c", AS_MACOS]], ids=["Linux", "macOS"])
def test_serve_needs_no_proc(python, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, *python, "mkdocs", "serve", "--dev-addr", address]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", HIDDEN, "sh", *command], cwd=ROOT, env=outside(), stdout=log, stderr=log
        )
    try:
        wait_until(lambda: healthy(f"http://{address}/"), 60, "the preview to answer")
        with urllib.request.urlopen(f"http://{address}/", timeout=60) as answer:
            assert b"Redis" in answer.read()
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


# --- what changed -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "tests"),
    [
        ("snippets/redis/caching/ask.py", ["tests/redis/test_caching.py"]),
        ("docs/redis/caching.md", ["tests/redis/test_caching.py"]),
        ("tests/redis/test_caching.py", ["tests/redis/test_caching.py"]),
        ("docs/rabbitmq/work-queues.md", ["tests/rabbitmq/test_work_queues.py"]),
        ("docs/capstone/deploy.md", ["tests/capstone/drills/test_deploy.py"]),
        ("snippets/home/hello.py", ["tests/test_home.py"]),
        ("harness/lab/entry.py", []),
        ("tests/harness/test_entry.py", []),
        ("docs/redis/deleted.md", []),
    ],
)
def test_changed_file_leads_to_its_tests(changed, tests):
    assert changes.belonging([changed], ROOT) == tests


def test_snippet_leads_to_the_tests_of_every_page_that_shows_it():
    found = changes.belonging(["snippets/capstone/app/signup/api.py"], ROOT)
    assert found
    assert all(name.startswith("tests/") for name in found)


def test_update_takes_what_differs_from_the_last_commit(tmp_path, monkeypatch):
    def git(*words: str) -> None:
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words], cwd=tmp_path, check=True)

    for name in ("docs/a/one.md", "docs/a/two.md", "tests/a/test_one.py", "tests/a/test_two.py", "tests/a/test_new.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    git("init", "--quiet")
    git("add", "docs", "tests")
    git("commit", "--quiet", "--message", "pages")
    monkeypatch.setattr(changes, "ROOT", tmp_path)
    with pytest.raises(HarnessError, match=r"no page changed since the last commit.*ALL=1"):
        changes.since_head()
    (tmp_path / "docs/a/two.md").write_text("changed")
    (tmp_path / "snippets/a/new").mkdir(parents=True)
    (tmp_path / "snippets/a/new/untracked.py").write_text("")
    assert changes.since_head() == ["tests/a/test_new.py", "tests/a/test_two.py"]
