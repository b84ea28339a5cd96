"""What docs/celery/cheat-sheet.md promises: its blocks run, and its defaults are those of what is installed."""

import inspect

import pytest
from celery import Celery
from celery.app.autoretry import add_autoretry_behaviour
from kombu.transport.redis import Channel

PAGE = "celery/cheat_sheet"
RABBITMQ = "amqp://guest:guest@localhost:5672//"
WORKER = ("celery", "-A", "shop", "worker", "--concurrency=2", "--loglevel=INFO", "--without-mingle")
SETTINGS = {
    "broker_connection_timeout": "seconds for a connection to the broker",
    "broker_connection_retry": "a worker tries again when the broker goes away",
    "broker_pool_limit": "connections of a program that sends",
    "broker_transport_options": "`visibility_timeout`, `confirm_publish`, …",
    "task_serializer": "how arguments travel",
    "accept_content": "what a worker reads",
    "task_default_queue": "where a job goes that no route names",
    "task_create_missing_queues": "a misspelled queue is created, not refused",
    "task_default_queue_type": "`quorum` on RabbitMQ, for what must not be lost",
    "task_acks_late": "acknowledge after the job, not before",
    "task_reject_on_worker_lost": "run again when the process died",
    "task_time_limit": "seconds, then the process is killed",
    "task_soft_time_limit": "seconds, then an exception in the task",
    "task_track_started": "a state for jobs that run",
    "task_ignore_result": "keep no result",
    "task_always_eager": "run at once, in the caller: no test of anything",
    "task_publish_retry": "sending is tried again",
    "result_backend": "where results are kept; none",
    "result_expires": "until a result is deleted",
    "result_extended": "keep name and arguments with the result",
    "worker_concurrency": "jobs at once; as many as processors",
    "worker_prefetch_multiplier": "jobs taken ahead, for each process",
    "worker_max_tasks_per_child": "jobs until a process is replaced",
    "worker_max_memory_per_child": "KiB until a process is replaced",
    "worker_soft_shutdown_timeout": "seconds before a cold shutdown",
    "worker_send_task_events": "what Flower and exporters hear",
    "worker_hijack_root_logger": "the worker takes over logging",
    "enable_utc": "times in messages are UTC",
    "timezone": "for crontabs; UTC",
    "beat_schedule_filename": "what beat remembers",
}
TASK = {
    "max_retries": "attempts after the first; `None` is without end",
    "default_retry_delay": "seconds, without back-off",
    "retry_backoff_max": "seconds, the longest gap",
    "retry_jitter": "draw the gap between 0 and the whole",
    "acks_late": "as the setting, for one task",
    "rate_limit": "`10/s`, `5/m`: for each worker",
    "time_limit": "as the setting",
    "ignore_result": "as the setting",
    "bind": "`True`: the task is the first argument, `self`",
    "priority": "0 is first on Redis, the highest on RabbitMQ",
    "throws": "expected exceptions, no traceback",
}


@pytest.mark.usefixtures("worker")
class TestWithOneWorker:
    def test_jobs_are_called_in_each_way(self, play, worker):
        play(f"{PAGE}/calls.console")
        worker.wait_for("report for Monday")
        assert "Retry in " in worker.output()

    def test_results_are_read(self, play, worker):
        play(f"{PAGE}/results.console")
        worker.wait_for("raised expected: KeyError")

    def test_jobs_are_joined(self, play):
        play(f"{PAGE}/together.console")

    def test_commands_ask_call_limit_and_empty(self, play):
        play(f"{PAGE}/commands.console")


def test_questions_are_answered_by_each_broker_in_its_own_way(shop, rabbitmq, captured):
    """Two jobs, and no worker."""
    for url in ("redis://localhost:6379/0", RABBITMQ):
        with Celery("test", broker=url) as app:
            for _ in range(2):
                app.send_task("shop.add", [1, 1])
    waiting = shop.run("redis-cli", "llen", "celery").strip()
    nobody = shop.run("celery", "-A", "shop", "inspect", "active_queues", status=69)
    assert "No nodes replied" in nobody
    listed = shop.run("rabbitmqctl", "list_queues", "-q", "name", "messages", "consumers")
    _, messages, consumers = next(line for line in listed.splitlines() if line.startswith("celery\t")).split()
    rows = [
        "Two jobs, no worker | Redis | RabbitMQ",
        f"How many jobs wait? | `redis-cli llen celery`: {waiting}"
        f" | `rabbitmqctl list_queues name messages`: {messages}",
        "Who reads the queue? | `celery -A shop inspect active_queues`: no node replies"
        f" | `rabbitmqctl list_queues name consumers`: {consumers}",
    ]
    captured(f"{PAGE}/brokers.table", "\n".join(rows))


def test_defaults_are_those_of_the_installed_celery(captured):
    def text(value: object) -> str:
        return f"`{value}`"

    app = Celery("test")
    rows = ["Setting | Default | For"]
    rows += [f"`{name}` | {text(app.conf[name])} | {what}" for name, what in SETTINGS.items()]
    captured(f"{PAGE}/settings.table", "\n".join(rows) + "\n")

    source = inspect.getsource(add_autoretry_behaviour)
    assert "'retry_backoff_max', 600" in source
    assert "'retry_jitter', True" in source

    @app.task
    def plain() -> None:
        """Has no options."""

    bind = inspect.signature(Celery._task_from_fun).parameters["bind"].default
    known = {"retry_backoff_max": 600, "retry_jitter": True, "bind": bind}
    rows = ["Option | Default | For"]
    for name, what in TASK.items():
        rows.append(f"`{name}` | {text(known[name] if name in known else getattr(plain, name))} | {what}")
    captured(f"{PAGE}/options.table", "\n".join(rows) + "\n")

    found = {
        "visibility_timeout": Channel.visibility_timeout,
        "unacked_restore_interval": Channel.unacked_restore_interval,
        "unacked_restore_throttle": Channel.unacked_restore_throttle,
        "priority_steps": Channel.priority_steps,
        "queue_order_strategy": Channel.queue_order_strategy,
    }
    what = (
        "seconds until an unacknowledged job is handed out again",
        "seconds between two looks …",
        "… of which each such one does it: 10 × 10 s",
        "levels of priority, a list in Redis for each",
        "how queues take turns",
    )
    rows = ["In `broker_transport_options`, Redis | Default | For"]
    rows += [f"`{name}` | {text(value)} | {w}" for (name, value), w in zip(found.items(), what, strict=True)]
    captured(f"{PAGE}/redis.table", "\n".join(rows) + "\n")
