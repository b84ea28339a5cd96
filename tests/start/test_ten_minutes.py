"""What docs/start/ten-minutes.md promises: its blocks, pasted one after another into an empty folder, work."""

import sys

import redis
from celery import Celery
from kombu.transport.redis import Channel

from harness import ROOT
from harness.process import wait_until
from harness.proof import blocks

PAGE = "start/ten-minutes.md"
DRILLS = ("no_redis", "wrong_folder", "not_active")
# In the order of the page: what is pasted is what a reader pastes.
PASTED = [
    fence.source for fence in blocks.page_fences(PAGE) if not fence.source.removesuffix(".console").endswith(DRILLS)
]
BLOCK = "start/ten_minutes/"


def broker() -> redis.Redis:
    return redis.Redis(db=0, decode_responses=True)


def state(name: str) -> str:
    return Celery("test", backend="redis://localhost:6379/1").AsyncResult(f"welcome-{name}").state


def test_page_says_how_many_blocks_are_pasted():
    assert "Paste twelve blocks into one terminal" in (ROOT / "docs" / PAGE).read_text(encoding="utf-8")
    assert len(PASTED) == 12


def test_blocks_pasted_one_after_another_into_an_empty_folder_work(workspace, paste, redis_server, project):
    assert list(workspace.path.iterdir()) == []
    for number, source in enumerate(PASTED):
        paste(source, timeout=120)
        if number + 1 < len(PASTED) and PASTED[number + 1] == f"{BLOCK}keep.sh":
            assert state("Bilal") == "PENDING", "nothing tells that it was lost"
            assert not broker().exists("celery", "unacked"), "no message is left that could be run again"
        if source == f"{BLOCK}kept.console":
            wait_until(lambda: not broker().exists("unacked"), 30, "the last job to be acknowledged")

    said = [line.split(": ") for line in (workspace.path / "outbox.txt").read_text().splitlines()]
    done = {name: [what for who, what in said if who == name] for name in ("Amina", "Bilal", "Chen", "Dora")}
    assert done == {
        "Amina": ["begun", "sent"],
        "Bilal": ["begun"],
        "Chen": ["begun", "sent"],
        "Dora": ["begun", "begun", "sent"],
    }
    wait_until(project.events, 30, "the error to arrive")
    (event,) = [event["data"] for event in project.events()]
    (error,) = event["exception"]["values"]
    assert (error["type"], error["value"]) == ("ZeroDivisionError", "division by zero")
    assert error["stacktrace"]["frames"][-1]["vars"]["people"] == "0"
    assert event["release"] == "shop@1.0.0"

    results = redis.Redis(db=1)
    assert all(key.startswith(b"celery-task-meta-") for key in results.scan_iter()), "nothing but results"
    assert all(0 < results.ttl(key) <= 3600 for key in results.scan_iter()), "within the hour"
    left = broker().keys()  # no message among them
    assert "_kombu.binding.celery" in left
    assert all(key.startswith("_kombu.binding") for key in left), left
    assert {broker().ttl(key) for key in left} == {-1}, "they stay"
    workspace.run(sys.executable, "-m", "ruff", "check", "--no-cache", "--isolated", ".", "--exclude=.venv")
    workspace.run(sys.executable, "-m", "ruff", "format", "--check", "--no-cache", "--isolated", ".", "--exclude=.venv")


def test_redis_waits_an_hour_by_default():
    assert Channel.visibility_timeout == 3600


def test_without_redis_the_first_step_says_so(terminal, redis_server):
    redis_server.kill()
    assert not redis_server.running
    terminal(f"{BLOCK}no_redis.console", fails=['python -c "import redis; print(redis.Redis().ping())"'], timeout=90)


def test_worker_in_another_folder_does_not_find_the_tasks(terminal, redis_server):
    terminal(f"{BLOCK}wrong_folder.console", fails=["celery -A tasks worker"])


def test_terminal_without_the_environment_does_not_know_celery(terminal, shell, workspace):
    shell(f"{BLOCK}tasks.sh")
    shell(f"{BLOCK}sign_up.sh")
    # The reader's python3 is one without our packages.
    workspace.run(sys.executable, "-m", "venv", "--without-pip", "bare")
    workspace.env["PATH"] = f"{workspace.path}/bare/bin:{workspace.env['PATH']}"
    terminal(f"{BLOCK}not_active.console", fails=["python3 sign_up.py Amina"])
