"""What docs/celery/periodic-tasks.md promises."""

import re
import time
from datetime import datetime, timedelta
from itertools import pairwise

import redis
from celery import Celery

from harness.process import wait_until

PAGE = "celery/periodic_tasks"

# Sends three jobs that expire in a second, waits until they have, and counts.
EXPIRED = """
import sys, time
from celery import Celery

app = Celery("expired", broker=sys.argv[1])
jobs = [app.send_task("shop.look_for_payments", expires=1) for _ in range(3)]
deadline = time.monotonic() + 10


def waiting():
    with app.connection_for_read() as connection:
        return connection.default_channel.queue_declare("celery", passive=True).message_count


time.sleep(1.5)  # what is tested is the passing of time
while waiting() and time.monotonic() < deadline and sys.argv[1].startswith("amqp"):
    time.sleep(0.1)
print(waiting())
"""


def length() -> int:
    with redis.Redis() as client:
        return client.llen("celery")


def sent(log: str) -> list[datetime]:
    return [datetime.fromisoformat(at) for at in re.findall(r"\[([\d :,-]+): INFO/\w+\] Scheduler: Sending", log)]


def test_beat_sends_and_a_worker_works(terminal, shop):
    beat = terminal(f"{PAGE}/beat.console", keeps_running=True)
    worker = terminal(f"{PAGE}/worker.console", keeps_running=True)
    log = beat.stop()
    assert len(sent(log)) >= 2
    assert list(shop.path.glob("celerybeat-schedule*"))
    worker.stop()


def test_report_is_a_task_too(shop):
    assert shop.run("python", "-c", "from shop import *; send_report('today')") == "the report of today\n"


def test_crontab_means_the_time_zone_of_the_app(terminal, shop):
    terminal(f"{PAGE}/midnight.console")
    assert Celery("test").timezone.key == "UTC"


def test_every_job_runs_once_when_the_clock_changes(terminal, shop):
    terminal(f"{PAGE}/clock_change.console")


def test_missed_run_is_made_up_for_once_unless_it_is_too_late(run_script):
    run_script(f"{PAGE}/late.py")
    conf = Celery("test").conf
    assert conf.beat_cron_starting_deadline is None
    assert conf.beat_enable_remote_control is False
    assert conf.beat_schedule_filename == "celerybeat-schedule"


def test_two_beats_send_everything_twice(terminal, shop):
    began = time.monotonic()
    terminal(f"{PAGE}/two_beats.console")
    for name in ("one", "two"):
        log = (shop.path / f"{name}.log").read_text()
        assert 5 <= len(sent(log)) <= time.monotonic() - began + 2
        wait_until(lambda log=name: not running(shop.path / f"{log}.pid"), 30, "both beats to end")
    assert length() >= 7, "in five seconds one beat sends five"


def running(file) -> bool:
    from harness.process import alive

    return alive(int(file.read_text()))


def test_beat_that_was_away_sends_once_and_not_for_each_missed_second(terminal, shop):
    beat = terminal(f"{PAGE}/restart.console", keeps_running=True)
    assert not running(shop.path / "beat.pid"), "the first one had ended"
    times = sent(beat.stop())
    assert (times[1] - times[0]).total_seconds() > 0.5, "one at once, the next a second later"
    first = sent((shop.path / "first.log").read_text())
    assert (times[0] - first[-1]).total_seconds() > 4, "four runs were missed"


def test_beat_answers_a_ping_as_long_as_it_lives(terminal, shop):
    terminal(f"{PAGE}/alive.console", fails=["celery -A shop inspect ping -d beat@shop"])
    assert not running(shop.path / "beat.pid")


def test_lock_keeps_runs_from_overlapping(terminal, shop):
    worker = shop.start("celery", "-A", "stock", "worker", "-c", "2", "--without-mingle", "--loglevel=INFO")
    worker.wait_for("ready")
    terminal(f"{PAGE}/import_twice.console")
    assert worker.stop() == 0
    assert not redis.Redis(db=2).exists("import-stock"), "the lock was given back"


def test_schedule_is_checked_for_tasks_that_do_not_exist(terminal, shop):
    terminal(f"{PAGE}/check_schedule.console")


def test_expired_jobs_wait_on_redis_and_are_dropped_by_rabbitmq(shop, rabbitmq, captured):
    (shop.path / "expired.py").write_text(EXPIRED)
    columns = []
    for broker in ("redis://localhost:6379/0", "amqp://guest:guest@localhost:5672//"):
        left = shop.run("python", "expired.py", broker).strip()
        worker = shop.start(
            *("celery", "-A", "shop", "worker", "--pool", "solo", "--without-mingle", "--loglevel=INFO"),
            env={"CELERY_BROKER_URL": broker},
        )
        worker.wait_for("ready")
        shop.run("python", "-c", "from shop import *; send_report.delay('today')", env={"CELERY_BROKER_URL": broker})
        log = worker.wait_for("the report of today")
        worker.kill()
        columns.append([left, str(log.count("looking for payments")), str(log.count("Discarding revoked task"))])
    assert columns == [["3", "0", "3"], ["0", "0", "0"]]
    questions = ("Still in the queue", "Run when a worker comes", "Discarded by the worker")
    rows = [" | ".join(row) for row in zip(questions, *columns, strict=True)]
    captured(f"{PAGE}/expired.table", "\n".join(["Three jobs that expired | Redis | RabbitMQ", *rows]))


def test_frequent_crontab_is_silent_for_an_hour_when_the_clock_goes_back(terminal, shop):
    session = terminal(f"{PAGE}/silent_hour.console")
    shown = session._actual[session.steps[0].line]
    times = [datetime.fromisoformat(line.rpartition("at ")[2]) for line in shown.splitlines()]
    gaps = [after - before for before, after in pairwise(times)]
    assert max(gaps) == timedelta(minutes=70), "instead of ten minutes"
