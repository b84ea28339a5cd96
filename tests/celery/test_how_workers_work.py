"""What docs/celery/how-workers-work.md promises."""

import os
import re
import signal

from celery import Celery

from harness.services.base import alive, descendants, wait_until

PAGE = "celery/how_workers_work"
WORKER = ("celery", "-A", "tasks", "worker", "--concurrency=2", "--loglevel=INFO", "--without-mingle")
URLS = {"Redis": "redis://localhost:6379/0", "RabbitMQ": "amqp://guest:guest@localhost:5672//"}


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


def test_where_the_jobs_are_at_each_moment_on_both_brokers(shop, redis_server, rabbitmq, captured):
    """Each state of the picture: waiting, reserved, acknowledged and running, done."""
    rows = ["Moment | Redis: waiting, unacknowledged | RabbitMQ: waiting, unacknowledged"]
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

        def counts(broker=broker) -> str:
            if broker == "Redis":
                queue = redis_server.client()
                return f"{queue.llen('celery')}, {queue.hlen('unacked')}"
            listed = rabbitmq.ctl("list_queues", "name", "messages_ready", "messages_unacknowledged", "-q")
            found = re.search(r"^celery\t(\d+)\t(\d+)$", listed, re.M)
            return f"{found[1]}, {found[2]}"

        def wait_for(moment: str, expected: str, counts=counts) -> None:
            wait_until(lambda: counts() == expected, 30, f"{moment}: {expected} instead of {counts()}", 0.2)
            moments[moment].append(expected)

        wait_for("8 jobs sent, no worker", "8, 0")
        assert {job.state for job in jobs} == {"PENDING"}
        worker = shop.start(*WORKER, env=env)
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
        assert worker.stop(signal.SIGTERM) == 0
        app.close()
    rows += [" | ".join([moment, *found]) for moment, found in moments.items()]
    captured(f"{PAGE}/states.table", "\n".join(rows) + "\n")


def child_kill(pid: int) -> None:

    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not alive(pid), 30, "the child to be gone")


def test_defaults():
    conf = Celery("test").conf
    assert conf.worker_prefetch_multiplier == 4
    assert conf.worker_concurrency is None, "as many as the machine has cores"
    assert conf.worker_pool == "prefork"
