"""What docs/celery/how-workers-work.md promises."""

import json
import os
import re
import signal
from xml.etree import ElementTree

import redis
from celery import Celery

from harness import ROOT
from harness.process import alive, descendants, wait_until

PAGE = "celery/how_workers_work"
WORKER = ("celery", "-A", "tasks", "worker", "--concurrency=2", "--loglevel=INFO", "--without-mingle")
PICTURE = ROOT / "docs/assets/img/celery-life-of-a-job.svg"
URLS = {"Redis": "redis://localhost:6379/0", "RabbitMQ": "amqp://guest:guest@localhost:5672//"}

# Jobs that end, are tried again, or are held at work until the worker is killed.
LIFE = """
import os, time
from pathlib import Path
from tasks import app

if seconds := os.environ.get("VISIBILITY_TIMEOUT"):
    app.conf.broker_transport_options = {
        "visibility_timeout": float(seconds), "unacked_restore_interval": 1, "unacked_restore_throttle": 1
    }


@app.task(bind=True)
def well(self, fails=0):
    if self.request.retries < fails:
        raise self.retry(countdown=1)  # after the first attempt has said RETRY, however busy the machine is


def work():
    while Path("hold").exists():
        time.sleep(0.02)


@app.task
def early():
    work()


@app.task(acks_late=True)
def late():
    work()
"""


def test_message_waits_until_a_worker_comes_and_children_do_the_work(terminal, shop, redis_server):
    terminal(f"{PAGE}/message.console")
    queue = redis_server.client()
    assert queue.llen("celery") == 1
    worker = terminal(f"{PAGE}/worker.console", keeps_running=True)
    terminal(f"{PAGE}/direct.console")
    terminal(f"{PAGE}/look_inside.console")
    worker.wait_for(r"Task tasks.pack\[.*\] succeeded")
    assert not queue.exists("celery", "unacked")
    assert "Warm shutdown" in worker.stop()


def test_where_the_jobs_are_at_each_moment_on_both_brokers(shop, await_messages, captured):
    """Each state of the picture: waiting, reserved, acknowledged and running, done."""
    rows = ["Moment | Redis: waiting, unacknowledged | RabbitMQ: waiting, unacknowledged"]
    (shop.path / "life.py").write_text(LIFE)
    told = {}
    moments = {
        "8 jobs sent, no worker": [],
        "worker with 2 children busy": [],
        "one child killed: the next job is begun": [],
        "all done": [],
    }
    for broker, url in URLS.items():
        env = {"BROKER_URL": url}
        app = Celery("test", broker=url, backend="redis://localhost:6379/1")
        (shop.path / "hold").touch()
        jobs = [app.send_task("tasks.pack", [number]) for number in range(8)]

        def holds(expected: str, broker=broker) -> None:
            """Wait until so many messages wait, and so many are unacknowledged."""
            await_messages(broker, *map(int, expected.split(", ")))

        def wait_for(moment: str, expected: str, holds=holds) -> None:
            holds(expected)
            moments[moment].append(expected)

        wait_for("8 jobs sent, no worker", "8, 0")
        assert {job.state for job in jobs} == {"PENDING"}
        worker = shop.start(*WORKER, "--include=life", env=env)
        worker.wait_for("ready")
        wait_until(lambda jobs=jobs: [job.state for job in jobs].count("STARTED") == 2, 30, "two jobs to begin")
        wait_for("worker with 2 children busy", "2, 4")
        assert [job.state for job in jobs].count("PENDING") == 6, "reserved jobs say PENDING, too"
        lost = next(job for job in jobs if job.state == "STARTED")
        child = lost.info["pid"]
        assert child in descendants(worker.pid)
        child_kill(child)
        wait_until(lambda job=lost: job.state == "FAILURE", 30, "the parent to notice")
        wait_until(lambda jobs=jobs: [job.state for job in jobs].count("STARTED") == 2, 30, "a new child to begin")
        wait_for("one child killed: the next job is begun", "1, 4")
        (shop.path / "hold").unlink()
        wait_until(lambda jobs=jobs: [job.state for job in jobs].count("SUCCESS") == 7, 30, "seven jobs to end")
        wait_for("all done", "0, 0")
        told[broker] = lives(shop, broker, app, worker, holds)
        app.close()
    rows += [" | ".join([moment, *found]) for moment, found in moments.items()]
    captured(f"{PAGE}/states.table", "\n".join(rows) + "\n")
    rows = ["A job … | Redis | RabbitMQ"]
    rows += [f"{life} | {told['Redis'][life]} | {told['RabbitMQ'][life]}" for life in told["Redis"]]
    captured(f"{PAGE}/lives.table", "\n".join(rows) + "\n")


def lives(shop, broker: str, app: Celery, worker, holds) -> dict[str, str]:
    """What the result backend was told of four jobs, one after the other, and where a message was after the kill."""
    with redis.Redis(db=1, decode_responses=True).pubsub() as backend:
        backend.psubscribe("celery-task-meta-*")  # it publishes each state that it stores
        assert backend.get_message(timeout=30)["type"] == "psubscribe"
        states: dict[str, list[str]] = {}

        def send(task: str, *args) -> str:
            job = app.send_task(f"life.{task}", args)
            states[job.id] = ["PENDING"]  # nothing is stored yet
            return job.id

        def until(job: str, *expected: str) -> None:
            def arrived() -> bool:
                if (message := backend.get_message(timeout=1)) and message["type"] == "pmessage":
                    result = json.loads(message["data"])
                    states.setdefault(result["task_id"], []).append(result["status"])
                return states[job] == ["PENDING", *expected]

            wait_until(arrived, 60, f"{expected} instead of {states[job]}", 0)

        well, again = send("well"), send("well", 1)
        until(well, "STARTED", "SUCCESS")
        until(again, "STARTED", "RETRY", "STARTED", "SUCCESS")
        holds("0, 0")
        (shop.path / "hold").touch()
        early, late = send("early"), send("late")
        until(early, "STARTED")
        until(late, "STARTED")
        holds("0, 1")  # the early message is gone
        worker.kill()
        left = {"Redis": "0, 1", "RabbitMQ": "1, 0"}[broker]
        holds(left)
        (shop.path / "hold").unlink()
        second = shop.start(*WORKER, "--include=life", env={"BROKER_URL": URLS[broker], "VISIBILITY_TIMEOUT": "1"})
        second.wait_for("ready", timeout=60)
        until(late, "STARTED", "STARTED", "SUCCESS")
        holds("0, 0")
        assert states[early] == ["PENDING", "STARTED"]
        assert second.stop(signal.SIGTERM) == 0
    place = {"0, 1": "message unacknowledged", "1, 0": "message waits"}[left]
    shown = {job: [f"`{word}`" for word in words] for job, words in states.items()}
    return {
        "goes well": " ".join(shown[well]),
        "fails once": " ".join(shown[again]),
        "loses its worker, acknowledged early": " ".join([*shown[early], "killed, message gone"]),
        "loses its worker, `acks_late`": " ".join([*shown[late][:2], f"killed, {place},", *shown[late][2:]]),
    }


def test_picture_of_lives_shows_what_the_drills_saw():
    lines = (ROOT / f"snippets/{PAGE}/lives.table").read_text(encoding="utf-8").splitlines()
    cells = {line.split(" | ")[0]: dict(zip(URLS, line.split(" | ")[1:], strict=True)) for line in lines[1:]}
    drawn = {}
    for life in ElementTree.parse(PICTURE).getroot().iter("{http://www.w3.org/2000/svg}g"):
        if title := life.get("data-life"):
            words = [text.text for text in life if text.get("class") == "moment"]
            drawn[title, life.get("data-broker")] = words
    expected = {}
    for life, on in cells.items():
        for broker, cell in on.items():
            expected[life, broker] = re.findall(r"killed, message \w+|[A-Z]+", cell)
    same = {life for life in cells if expected[life, "Redis"] == expected[life, "RabbitMQ"]}
    expected = {(life, None if life in same else broker): words for (life, broker), words in expected.items()}
    assert drawn == expected


def child_kill(pid: int) -> None:

    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not alive(pid), 30, "the child to be gone")


def test_defaults():
    conf = Celery("test").conf
    assert conf.worker_prefetch_multiplier == 4
    assert conf.worker_concurrency is None, "as many as the machine has cores"
    assert conf.worker_pool == "prefork"
