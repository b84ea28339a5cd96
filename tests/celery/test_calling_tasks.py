"""What docs/celery/calling-tasks.md promises."""

import gc
from datetime import timedelta

import pytest
from amqp.exceptions import PreconditionFailed
from celery import Celery
from kombu import Queue

from harness.process import alive, wait_until

PAGE = "celery/calling_tasks"
WORKER = ("celery", "-A", "tasks", "worker", "--loglevel=INFO", "--without-mingle", "--pool=solo")
RABBITMQ = {"BROKER_URL": "amqp://guest:guest@localhost:5672//"}


@pytest.fixture
def tasks():
    """The reader's tasks, called from outside by their names."""
    with Celery("test", broker="redis://localhost:6379/0", backend="redis://localhost:6379/1") as app:
        yield app


@pytest.mark.usefixtures("worker")
class TestWithOneWorker:
    def test_all_ways_to_call_give_the_same_answer(self, play):
        play(f"{PAGE}/call.console")

    def test_call_can_carry_an_id_a_header_and_limits(self, play, tasks, worker):
        play(f"{PAGE}/options.console")
        assert "Task tasks.send_email[welcome-amina] received" in worker.output()

    def test_job_with_an_id_of_its_own_runs_again_when_sent_again(self, tasks, worker):
        for _ in range(2):
            tasks.send_task("tasks.send_email", ["Chen"], task_id="welcome-chen").get(timeout=20)
        worker.wait_for(r"Task tasks.send_email\[welcome-chen\] succeeded", count=2)

    def test_job_with_a_countdown_or_a_time_does_not_run_early(self, play):
        play(f"{PAGE}/later.console")

    def test_linked_task_gets_the_result_and_the_other_one_the_error(self, play, together):
        (together.path / "notes.txt").unlink(missing_ok=True)
        play(f"{PAGE}/links.console")
        assert "None" not in (together.path / "notes.txt").read_text(), "note did not run after charge"

    def test_objects_are_refused_and_tuples_and_numbers_as_keys_are_changed(self, play):
        play(f"{PAGE}/objects.console")

    def test_naive_time_is_taken_for_utc(self, play, together, tasks):
        play(f"{PAGE}/naive.console")
        assert "for Karachi" not in (together.path / "notes.txt").read_text()

    def test_worker_keeps_a_job_for_later_in_its_memory_and_unacknowledged(self, tasks, brokers):
        queue = brokers.redis.client()
        before = queue.hlen("unacked")
        tasks.send_task("tasks.note", ["tomorrow"], countdown=86400)
        wait_until(lambda: queue.hlen("unacked") == before + 1, 30, "the worker to take the job")
        assert queue.llen("celery") == 0


def test_late_job_is_revoked_by_the_worker(terminal, shop):
    terminal(f"{PAGE}/expired.console")
    wait_until(lambda: not alive(int((shop.path / "worker.pid").read_text())), 30, "the worker to end")


def test_job_for_later_than_the_visibility_timeout_runs_more_than_once(terminal, shop):
    terminal(f"{PAGE}/reminded.console")
    wait_until(lambda: not alive(int((shop.path / "worker.pid").read_text())), 30, "the worker to end")


def test_same_calls_on_rabbitmq(shop, rabbitmq, captured):
    """What the table says of Redis is what the two tests above saw, and the order of priorities below."""
    rows = {
        "A job that expired before a worker came": [],
        "First of priority 0, 5 and 9": [],
        "Job due in 5 seconds": [],
    }
    rows["A job that expired before a worker came"].append("`REVOKED`")
    rows["Job due in 5 seconds"].append("runs more than once, if it is due after the visibility time-out")
    for name, env in (("Redis", {}), ("RabbitMQ", RABBITMQ)):
        send_with_priorities(env.get("BROKER_URL", "redis://localhost:6379/0"))
        if name == "RabbitMQ":
            shop.run("python", "expire.py", "send", env=env)
        (shop.path / "notes.txt").unlink(missing_ok=True)
        worker = shop.start(*WORKER, env=env)
        worker.wait_for("Task tasks.note.* succeeded", count=3)
        first, _, last = (shop.path / "notes.txt").read_text().splitlines()
        assert {first, last} == {"priority 0", "priority 9"}
        rows["First of priority 0, 5 and 9"].append(first.removeprefix("priority "))
        if name == "RabbitMQ":
            state = shop.run("python", "expire.py", "look", env=env)
            rows["A job that expired before a worker came"].append(f"`{state.split()[-1]}`")
        assert worker.stop() == 0
    reminders = shop.start("celery", "-A", "reminders", "worker", "--pool=solo", "--without-mingle", env=RABBITMQ)
    assert shop.run("python", "remind.py", env=RABBITMQ) == "reminded Amina once\n"
    rows["Job due in 5 seconds"].append("runs once")
    assert reminders.stop() == 0
    lines = ["What | Redis | RabbitMQ", *(" | ".join([row, *cells]) for row, cells in rows.items())]
    captured(f"{PAGE}/brokers.table", "\n".join(lines) + "\n")


def send_with_priorities(broker: str) -> None:
    with Celery("test", broker=broker) as app:
        app.conf.task_queue_max_priority = 9  # as in tasks.py
        for priority in (5, 0, 9):
            app.send_task("tasks.note", [f"priority {priority}"], priority=priority)


def test_call_fails_soon_and_with_the_error_of_the_broker(run_script, redis_server):
    gc.collect()  # results of earlier tests, which would look for their Redis when they go
    redis_server.kill()
    assert not redis_server.running
    run_script(f"{PAGE}/broker_down.py")


def test_task_without_a_result_is_done_when_redis_is_there(shop):
    # Importing the program sends the job, and this worker imports it.
    worker = shop.start("celery", "-A", "broker_down", "worker", "--without-mingle", "--pool=solo")
    worker.wait_for("Welcome, Amina!")
    assert worker.stop() == 0


def test_sending_is_tried_again_three_times_by_default():
    conf = Celery("test").conf
    assert conf.task_publish_retry
    assert conf.task_publish_retry_policy["max_retries"] == 3
    assert conf.task_publish_retry_policy["interval_start"] == 0
    assert conf.result_expires == timedelta(days=1)
    assert conf.task_default_priority is None


def test_priority_cannot_be_given_to_a_queue_that_exists(rabbitmq):
    with Celery("shop", broker=RABBITMQ["BROKER_URL"]) as app, app.connection() as connection:
        plain = Queue("celery", durable=True, channel=connection)
        plain.declare()
        ranked = Queue("celery", durable=True, max_priority=9, channel=connection)
        with pytest.raises(PreconditionFailed) as refused:
            ranked.declare()
    assert "PRECONDITION_FAILED - inequivalent arg 'x-max-priority' for queue 'celery'" in str(refused.value)
