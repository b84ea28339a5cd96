"""What docs/celery/workers.md promises."""

import os
import re
import signal
import socket
from collections import Counter

import pytest
from celery import Celery
from celery.worker.autoscale import AUTOSCALE_KEEPALIVE

from harness.process import alive, wait_until

PAGE = "celery/workers"
RABBITMQ = {"CELERY_BROKER_URL": "amqp://guest:guest@localhost:5672//"}
IMAGES = ("celery", "-A", "images", "worker", "-c", "2", "--without-mingle", "--loglevel=INFO")
ALBUMS = ("celery", "-A", "albums", "worker", "-c", "2", "--without-mingle", "--loglevel=INFO")
pytestmark = pytest.mark.timeout(300)  # steps may take 90 s each where the machine is busy

# What one pool can do: a line for each row of the page's table.
ASK_POOL = """
import time

from celery.exceptions import TaskRevokedError, TimeLimitExceeded
from fetch import render
from images import app, convert, make_preview


def take(seconds):
    return make_preview.apply_async(["x", seconds], soft_time_limit=60, time_limit=90)


pair, together = [take(1.5), take(1.5)], False
while not all(job.ready() for job in pair):
    together = together or [job.state for job in pair] == ["STARTED"] * 2
    time.sleep(0.05)
print("at the same time" if together else "one after the other")

(begun, ended), (begun_2, ended_2) = [job.get(timeout=20) for job in [render.delay(1), render.delay(1)]]
print("at the same time" if begun_2 < ended and begun < ended_2 else "one after the other")

result = make_preview.delay("x", 2).get(timeout=20)
print("stops the job" if "too long" in result else "ignored")
try:
    convert.delay("x", 2).get(timeout=20)
    print("ignored")
except TimeLimitExceeded:
    print("stops the job")

job = take(2)
while job.state != "STARTED":
    time.sleep(0.02)
job.revoke(terminate=True)
try:
    job.get(timeout=20)
    print("ignored")
except TaskRevokedError:
    print("stops the job")

job = take(2.5)
while job.state != "STARTED":
    time.sleep(0.02)
print("answered" if app.control.inspect(timeout=1.5).ping() else "no answer")
job.get(timeout=20)
"""
QUESTIONS = (
    "Two jobs that wait, with `-c 2`",
    "Two jobs that compute",
    "Soft time limit",
    "Hard time limit",
    "`revoke(terminate=True)`",
    "`inspect ping` during a job",
)


def done(shop) -> list[str]:
    return sorted((shop.path / "done.txt").read_text().splitlines())


def listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def gone(shop) -> bool:
    return not alive(int((shop.path / "worker.pid").read_text()))


def test_time_limits_end_jobs_in_prefork(terminal, shop):
    worker = shop.start(*IMAGES)
    worker.wait_for("ready")
    terminal(f"{PAGE}/limits.console")
    log = worker.wait_for(r"Hard time limit \(1s\) exceeded for images.convert")
    assert "Soft time limit (1s) exceeded for images.make_preview" in log
    assert worker.stop() == 0


def test_tasks_run_to_their_end_where_no_process_is_killed(shop):
    """What a process of a pool with limits executed may be lost with it."""
    program = (
        "import images\n"
        "print(images.make_preview('a', 0), images.convert('b', 0))\n"
        "def late(seconds): raise images.SoftTimeLimitExceeded\n"
        "images.time.sleep = late\n"
        "print(images.make_preview('c', 0))\n"
    )
    said = shop.run("python", "-c", program)
    assert said == "a: done b: converted\nc: took too long, use the placeholder\n"
    # The tasks of the machines and of the parts, whose workers are killed.
    program = "import convert, machines; print(convert.convert(['a', 'b']), machines.resize.apply(['a']).state)"
    assert shop.run("python", "-c", program) == "2 SUCCESS\n"
    server = shop.start("python", "slow_shop.py")  # what a greenlet ran is not always measured
    ask = "from fetch import *; print(fetch('http://127.0.0.1:8000/')); begun, ended = render(0); print(ended >= begun)"
    wait_until(lambda: listens(8000), 30, "the slow shop")
    assert shop.run("python", "-c", ask) == "204\nTrue\n"
    server.stop()


def test_pools_differ_as_the_table_says(shop, captured):
    (shop.path / "ask_pool.py").write_text(ASK_POOL)
    pools = ("prefork", "threads", "gevent", "solo")
    asking = []
    for number, pool in enumerate(pools):  # all at once, each in databases of its own
        env = {
            "CELERY_BROKER_URL": f"redis://localhost:6379/{4 + number}",
            "CELERY_RESULT_BACKEND": f"redis://localhost:6379/{8 + number}",
        }
        shop.start(*IMAGES, "--include=fetch", "--pool", pool, env=env).wait_for("ready")
        asking.append(shop.start("python", "ask_pool.py", env=env))
    columns = {}
    for pool, program in zip(pools, asking, strict=True):
        program.wait_for("^.*answer.*$", timeout=60)
        columns[pool] = program.output().splitlines()
    assert columns["prefork"] == [*["at the same time"] * 2, *["stops the job"] * 3, "answered"]
    assert columns["threads"] == [*["at the same time"] * 2, *["ignored"] * 3, "answered"]
    assert columns["gevent"] == [
        "at the same time",
        "one after the other",
        "ignored",
        *["stops the job"] * 2,
        "answered",
    ]
    assert columns["solo"] == [*["one after the other"] * 2, *["ignored"] * 3, "no answer"]
    rows = [" | ".join(row) for row in zip(QUESTIONS, *columns.values(), strict=True)]
    captured(f"{PAGE}/pools.table", "\n".join(["What | prefork | threads | gevent | solo", *rows]))


def test_gevent_overlaps_waiting_and_not_computing(terminal, shop):
    terminal(f"{PAGE}/gevent.console")
    wait_until(lambda: not listens(8000), 30, "the slow shop to end")
    wait_until(lambda: gone(shop), 30, "the worker to end")


def test_autoscale_adds_processes_for_jobs_and_takes_them_away(terminal, shop):
    terminal(f"{PAGE}/autoscale.console")
    wait_until(lambda: gone(shop), 30, "the worker to end")
    log = (shop.path / "worker.log").read_text()
    assert "Scaling up" in log
    assert "Scaling down" in log


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="needs two processors, to take one away")
def test_concurrency_auto_counts_the_processors_that_the_worker_may_use(shop):
    """A limit of a container cannot be set here; the other limit that `auto` reads can."""
    worker = shop.start("taskset", "-c", "0", "celery", "-A", "images", "worker", "--concurrency=auto")
    assert "concurrency: 1 (prefork)" in worker.wait_for("concurrency: .*")
    worker.kill()


def test_process_is_replaced_after_two_jobs(terminal, shop):
    worker = terminal(f"{PAGE}/recycling_worker.console", keeps_running=True)
    terminal(f"{PAGE}/recycle.console")
    worker.stop()


def test_memory_limit_below_the_size_of_the_program_replaces_it_after_each_job(terminal, shop):
    worker = terminal(f"{PAGE}/hungry_worker.console", keeps_running=True)
    terminal(f"{PAGE}/memory.console")
    worker.stop()


def test_warm_shutdown_finishes_what_has_begun(terminal, shop):
    terminal(f"{PAGE}/warm.console")
    assert gone(shop)
    assert done(shop) == ["early: begun", "early: printed", "late: begun", "late: printed"]


def test_cold_shutdown_loses_the_early_acknowledged_job(terminal, shop):
    terminal(f"{PAGE}/cold.console")
    assert gone(shop)
    assert done(shop) == ["early: begun", "late: begun"]


def test_soft_shutdown_gives_jobs_some_time(terminal, shop):
    terminal(f"{PAGE}/soft.console")
    assert gone(shop)


def test_shutdown_on_both_brokers_is_as_the_table_says(shop, rabbitmq, captured):
    columns = []
    for env in ({}, RABBITMQ):
        (shop.path / "done.txt").unlink(missing_ok=True)
        cells = []
        first = shop.start(*ALBUMS, env=env)
        first.wait_for("ready")
        shop.run("python", "print_albums.py", "30", env=env)
        first.stop(signal.SIGQUIT)
        second = shop.start(*ALBUMS, env=env)
        second.wait_for("ready")
        second.wait_for(r"print_late\[.*received")
        wait_until(lambda: done(shop).count("late: begun") == 2, 30, "the late job to begin again")
        cells += ["lost" if done(shop).count("early: begun") == 1 else "again", "again, at once"]
        second.kill()
        third = shop.start(*ALBUMS, env=env)
        third.wait_for("ready")
        shop.run("python", "-c", "from albums import *; print_early.delay('next', 0.1).get(timeout=20)", env=env)
        cells.append("again, at once" if "print_late[" in third.output() else "after the visibility time-out")
        third.kill()
        columns.append(cells)
    assert columns[0] == ["lost", "again, at once", "after the visibility time-out"]
    assert columns[1] == ["lost", "again, at once", "again, at once"]
    questions = ("Cold shutdown, early acknowledgement", "Cold shutdown, `acks_late`", "`kill -9`, `acks_late`")
    rows = [" | ".join(row) for row in zip(questions, *columns, strict=True)]
    captured(f"{PAGE}/brokers.table", "\n".join(["A job in hand | Redis | RabbitMQ", *rows]))


def test_shell_in_between_keeps_the_signal_for_itself(terminal, shop):
    terminal(f"{PAGE}/behind_a_shell.console")
    assert not alive(int((shop.path / "sh.pid").read_text()))


def test_defaults_that_the_page_names():
    assert AUTOSCALE_KEEPALIVE == 30
    conf = Celery("test").conf
    assert conf.worker_prefetch_multiplier == 4
    assert conf.worker_soft_shutdown_timeout == 0
    assert conf.worker_max_tasks_per_child is None
    assert conf.worker_max_memory_per_child is None
    assert conf.task_time_limit is None
    assert conf.task_soft_time_limit is None


def test_two_workers_with_names_of_their_own_share_the_tasks(terminal, shop):
    session = terminal(f"{PAGE}/two_workers.console")
    shares = re.findall(r"^(first|second) counted: (\d+)$", session._actual[session.steps[3].line], re.M)
    assert [name for name, _ in shares] == ["first", "second"]
    assert sum(int(count) for _, count in shares) == 20
    assert all(int(count) >= 5 for _, count in shares), "each took a good part of the load"


def test_kill_costs_one_part_of_a_task_that_was_split(terminal, shop):
    terminal(f"{PAGE}/split.console")
    converted = (shop.path / "done.txt").read_text().splitlines()
    assert len({line.split()[2] for line in converted}) == 2, "the process was killed, and another took its place"
    times = Counter(line.split()[0] for line in converted)
    assert len(times) == 12, "all photos are converted"
    assert sum(times.values()) <= 12 + 3, "only photos of the killed part were converted twice"


@pytest.mark.parametrize(
    ("task", "options", "waiting"),
    [
        ("print_early", (), 1),
        ("print_late", (), 2),
        ("print_early", ("--disable-prefetch",), 2),
    ],
)
def test_multiplier_of_one_still_reserves_a_task_that_is_acknowledged_early(shop, redis_server, task, options, waiting):
    """Three tasks, one process: how many are left in the queue for another worker, while the first one runs?"""
    worker = shop.start("celery", "-A", "albums", "worker", "-c", "1", "--without-mingle", "--loglevel=INFO", *options)
    worker.wait_for("ready")
    shop.run("python", "-c", f"import albums\nfor name in 'abc': albums.{task}.delay(name, 60)")
    wait_until((shop.path / "done.txt").exists, 30, "the first task to begin")
    queue = redis_server.client()
    wait_until(lambda: queue.llen("celery") == waiting, 30, f"{waiting} tasks in the queue")
    worker.wait_for(r"received", count=3 - waiting)
    program = "import time; from albums import app; time.sleep(1); print(app.control.inspect(timeout=3).reserved())"
    assert shop.run("python", "-c", program).count("'id'") == 2 - waiting
    assert queue.llen("celery") == waiting, "and it stays so"
    worker.kill()
