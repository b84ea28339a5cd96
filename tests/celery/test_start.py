"""What docs/celery/start.md promises."""

import contextlib
import os
import time
from datetime import timedelta
from pathlib import Path

import celery
import pytest
import redis
from celery import Celery
from celery.backends.base import Backend
from kombu.transport.redis import Channel

from harness.process import wait_until
from harness.proof.runners.tables import Cell, Label, table

# Alone on its broker, a worker need not ask others for a second what they know (--without-mingle).
PAGE = "celery/start"
WORKER = ("celery", "-A", "tasks", "worker", "--loglevel=INFO", "--without-mingle")
INVOICES = ("celery", "-A", "invoices", "worker", "--loglevel=INFO", "--without-mingle")
pytestmark = pytest.mark.timeout(300)  # steps may take 90 s each where the machine is busy
# Prints how many seconds a call took that had a connection ready, then waits for its job.
TIMED_CALL = """
import time
from tasks import send_welcome_email

send_welcome_email.delay("Amina", "amina@example.com")
began = time.monotonic()
job = send_welcome_email.delay("Amina", "amina@example.com")
print(time.monotonic() - began)
job.get(timeout=10)
"""


def queue() -> redis.Redis:
    return redis.Redis(db=0, decode_responses=True)


def state(task_id: str) -> str:
    """What the result backend says about a job, asked from outside with a client of our own."""
    return Celery("test", backend="redis://localhost:6379/1").AsyncResult(task_id).state


def outbox(shop) -> list[str]:
    return (shop.path / "outbox.txt").read_text().splitlines()


@pytest.mark.parametrize("installer", ["install", "install_uv"])
def test_packages_install_as_published(shell, workspace, installer):
    shell(f"celery/start/{installer}.sh", timeout=90)
    found = workspace.run(".venv/bin/celery", "--version")
    assert found.startswith(celery.__version__)


def test_seeds_install_line_lacks_a_package(terminal, shop):
    terminal("celery/start/wrong_install.console", fails=["wrong/bin/python sign_up.py"], timeout=90)
    assert queue().dbsize() == 0, "no job was sent"


def test_worker_runs_the_job_and_keeps_its_result(terminal, shop):
    worker = terminal("celery/start/worker.console", keeps_running=True)
    terminal("celery/start/sign_up.console")
    assert float(shop.run("python", "-c", TIMED_CALL)) < 2, "seconds: the call does not wait for the work"
    log = worker.stop()
    assert "Task tasks.send_welcome_email[" in log
    assert "succeeded in " in log
    assert "Warm shutdown" in log

    results = redis.Redis(db=1)
    for key in results.keys("celery-task-meta-*"):
        assert 3500 < results.ttl(key) <= 3600, "result_expires"
    assert queue().llen("celery") == 0


def test_results_are_kept_for_a_day_unless_told_otherwise():
    assert Celery("test").conf.result_expires == timedelta(days=1)


def test_without_a_worker_the_job_waits_in_the_queue(terminal, shop):
    terminal("celery/start/no_worker.console")
    assert queue().llen("celery") == 1
    # A worker that starts later does the job.
    worker = shop.start(*WORKER)
    worker.wait_for("succeeded in .*Welcome, Bilal!")
    assert queue().llen("celery") == 0
    assert worker.stop() == 0


def test_pending_is_also_said_of_a_job_that_never_was(redis_server):
    assert state("no-such-job") == "PENDING"


def test_call_fails_soon_and_says_so_when_redis_is_down(terminal, shop, redis_server):
    redis_server.kill()
    assert not redis_server.running
    terminal("celery/start/redis_down.console", fails=["python sign_up.py"])


def test_the_process_need_not_be_restarted_when_redis_is_back(shop, redis_server, tmp_path):
    """The message asks for a restart; the page says that the next call works."""
    redis_server.stop()
    client = shop.start(
        "python",
        "-c",
        "import time, pathlib; from tasks import send_welcome_email as send\n"
        "try:\n    send.delay('Amina', 'a@example.com')\n"
        "except RuntimeError:\n    print('refused')\n"
        "back, deadline = pathlib.Path('back'), time.monotonic() + 20\n"
        "while not back.exists() and time.monotonic() < deadline:\n    time.sleep(0.05)\n"
        "print(send.delay('Amina', 'a@example.com').get(timeout=20))",
    )
    client.wait_for("refused")
    redis_server.start()
    worker = shop.start(*WORKER)
    worker.wait_for("ready")
    (shop.path / "back").touch()
    client.wait_for("Welcome, Amina!")


def test_default_result_backend_retries_twenty_times_a_second_apart():
    assert Backend.retry_policy == {
        "max_retries": 20,
        "interval_start": 0,
        "interval_step": 1,
        "interval_max": 1,
    }


def test_task_without_a_result_raises_the_error_of_the_broker(run_script, redis_server):
    redis_server.kill()
    assert not redis_server.running
    run_script("celery/start/redis_down.py")


def test_task_without_a_result_is_done_when_redis_is_there(shop):
    # Importing the program sends the job, and this worker imports it.
    worker = shop.start("celery", "-A", "redis_down", "worker", "--without-mingle")
    worker.wait_for("Welcome, Amina!")
    assert worker.stop() == 0
    assert redis.Redis(db=1).dbsize() == 0, "no result was kept"


def wait_for_the_end_of_workers(shop) -> str:
    """Wait until no program runs in the reader's folder any more; return the log of the last worker.

    So the killed worker and its child processes are gone, and the second one has ended as it was asked to.
    """
    deadline = time.monotonic() + 20
    while running := running_in(shop.path):
        assert time.monotonic() < deadline, f"still running: {running}"
        time.sleep(0.05)
    return (shop.path / "worker.log").read_text()


def running_in(folder: Path) -> list[str]:
    """Command lines of the processes whose working directory is `folder`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # ended while we looked
            if (process / "cwd").readlink() == folder:
                found.append((process / "cmdline").read_text().replace("\0", " "))
    return found


def test_killed_worker_loses_the_job_it_had_begun(terminal, shop):
    terminal("celery/start/lost.console")
    assert "Warm shutdown" in wait_for_the_end_of_workers(shop)
    assert outbox(shop) == ["order 1001: begun"], "begun once, never sent"
    assert state("invoice-1001") == "STARTED", "and will say so until the result expires"
    assert not queue().exists("celery", "unacked"), "no message is left that could be run again"


def test_late_acknowledgement_runs_the_job_again(terminal, shop):
    terminal("celery/start/kept.console")
    assert "Warm shutdown" in wait_for_the_end_of_workers(shop)
    assert outbox(shop) == ["order 1001: begun", "order 1001: begun", "order 1001: sent"]
    assert state("receipt-1001") == "SUCCESS"
    assert not queue().exists("celery", "unacked")


def test_nothing_is_lost_or_doubled_while_nothing_is_killed(shop):
    worker = shop.start(*INVOICES)
    worker.wait_for("ready")
    begun = [shop.start("python", "begin.py", kind) for kind in ("invoice", "receipt")]
    for kind, process in zip(("invoice", "receipt"), begun, strict=True):
        process.wait_for(f"{kind}-1001 is STARTED")
        assert shop.run("python", "wait_for.py", f"{kind}-1001", "10") == f"{kind}-1001 is SUCCESS\n"
    assert worker.stop() == 0
    assert sorted(outbox(shop)) == ["order 1001: begun"] * 2 + ["order 1001: sent"] * 2


def test_rabbitmq_gives_the_job_to_the_next_worker_at_once(shop, rabbitmq, captured):
    """What the table says of Redis is what the two drills above saw, and its default numbers."""
    url = "amqp://guest:guest@localhost:5672//"
    broker = {"CELERY_BROKER_URL": url}
    first = shop.start(*INVOICES, "--concurrency=2", env=broker)
    first.wait_for("ready")
    with Celery("test", broker=url) as app:
        for kind in ("invoice", "receipt"):
            app.send_task(f"invoices.send_{kind}", [1001], task_id=f"{kind}-1001")
    noted = shop.path / "outbox.txt"
    wait_until(lambda: noted.exists() and noted.read_text().count("begun") == 2, 30, "both jobs to begin")
    first.kill()
    assert outbox(shop) == ["order 1001: begun"] * 2, "killed before either was sent"
    second = shop.start(*INVOICES, env=broker)
    # The first worker has begun the job, and its second half takes two seconds: no time-out has a part in this.
    second.wait_for("ready")
    ready = time.monotonic()
    second.wait_for(r"receipt-1001\] received")
    assert time.monotonic() - ready < 15
    second.wait_for("succeeded")
    assert outbox(shop) == [*["order 1001: begun"] * 3, "order 1001: sent"]
    assert state("receipt-1001") == "SUCCESS"
    assert state("invoice-1001") == "STARTED", "and no message is left"
    assert rabbitmq.queue_depth("celery") == 0
    wait = f"{Channel.visibility_timeout} s by default"
    look = f"{Channel.unacked_restore_interval * Channel.unacked_restore_throttle} s"
    early = Cell("lost" if state("invoice-1001") == "STARTED" else "run again")
    late = Cell("again, at once" if state("receipt-1001") == "SUCCESS" else "lost")
    rows = [
        # What the tests above saw on Redis, and its default numbers.
        ("early acknowledgement", Label("lost"), early),
        ("`acks_late`", Label(f"again after the visibility timeout, {wait}, and up to {look} more"), late),
    ]
    captured("celery/start/brokers.table", table(("The worker was killed", "Redis", "RabbitMQ"), *rows))


def test_job_longer_than_the_visibility_timeout_runs_twice_at_the_same_time(shop):
    longer = (shop.path / "invoices.py").read_text().replace("time.sleep(2)", "time.sleep(20)")
    (shop.path / "invoices.py").write_text(longer.replace('"visibility_timeout": 5', '"visibility_timeout": 1'))
    shop.start(*INVOICES, "--concurrency=2").wait_for("ready")
    shop.run("python", "begin.py", "receipt")
    deadline = time.monotonic() + 15
    while len(outbox(shop)) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert outbox(shop) == ["order 1001: begun", "order 1001: begun"], "twice, and neither is sent"


def test_redis_waits_an_hour_and_looks_every_hundred_seconds_by_default():
    assert Channel.visibility_timeout == 3600
    assert Channel.unacked_restore_interval * Channel.unacked_restore_throttle == 100


def test_job_of_an_unknown_task_is_discarded(terminal, shop, captured):
    worker = shop.start(*WORKER)
    worker.wait_for("ready")
    terminal("celery/start/unknown_task.console")
    worker.wait_for("^KeyError")
    captured("celery/start/unknown_task.log", worker.output())
    assert not queue().exists("celery", "unacked"), "the message is gone"
    # The worker lives on.
    os.kill(worker.pid, 0)
    shop.run("python", "sign_up.py")
    assert worker.stop() == 0
