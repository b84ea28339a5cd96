"""Celery: queue, durability, limits, schedule."""

from typing import Any

from celery import Celery, bootsteps, signals
from celery.schedules import crontab
from kombu import Exchange, Queue

from signup import observability
from signup.settings import settings

dead = Queue(
    "signup.dead",
    Exchange("signup.dead", type="fanout"),
    queue_arguments={"x-queue-type": "quorum"},
)
jobs = Queue(
    "signup",
    Exchange("signup", type="topic"),  # "direct" cannot delay messages
    routing_key="signup",
    queue_arguments={
        "x-queue-type": "quorum",
        "x-delivery-limit": 5,  # then it is poison …
        "x-dead-letter-exchange": dead.exchange.name,  # … and goes there
    },
)

app = Celery(
    "signup",
    broker=settings.broker_url,
    backend=settings.result_url,
    include=["signup.tasks"],
)
app.conf.update(
    task_queues=[jobs],
    task_default_queue=jobs.name,
    task_default_exchange=jobs.exchange.name,
    task_default_exchange_type=jobs.exchange.type,
    task_default_routing_key=jobs.routing_key,
    # Nothing gets lost on the way or in a worker …
    broker_transport_options={"confirm_publish": True},
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    # … and nothing hangs, or grows, for ever.
    broker_connection_timeout=5,
    task_soft_time_limit=45,
    task_time_limit=60,
    worker_soft_shutdown_timeout=20,  # for SIGQUIT, or with REMAP_SIGTERM=SIGQUIT
    worker_max_memory_per_child=250_000,  # KiB, looked at after each task
    # Results are needed by chords alone; who needs one asks for it.
    task_ignore_result=True,
    result_expires=3600,
    redis_socket_connect_timeout=2,
    redis_socket_timeout=5,
    timezone="UTC",
    beat_schedule={
        "daily-report": {
            "task": "signup.tasks.daily_report",
            "schedule": crontab.from_string(settings.report_cron),
        },
    },
)


class DeadLetters(bootsteps.StartStopStep):
    """Makes the queue for dead letters whenever a worker has found its broker."""

    requires = ("celery.worker.consumer.connection:Connection",)

    def start(self, consumer: Any) -> None:
        with consumer.connection.channel() as channel:
            dead.bind(channel).declare()


app.steps["consumer"].add(DeadLetters)


@signals.celeryd_init.connect
def in_worker(**_: object) -> None:
    observability.start("worker")  # before it forks


@signals.beat_init.connect
def in_beat(**_: object) -> None:
    observability.start("beat")


@signals.setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Somebody is connected, so Celery configures nothing."""
