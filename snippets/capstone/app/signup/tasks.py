"""The steps after a sign-up. Each may run twice, and has its effect once."""

import logging
from datetime import UTC, datetime, timedelta

from celery import Task, chain, chord
from celery.canvas import Signature
from celery.exceptions import SoftTimeLimitExceeded, TimeLimitExceeded
from kombu.exceptions import KombuError
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from signup import mail, outbox
from signup.celery_app import app
from signup.db import begin, insert_once
from signup.models import Notification, Profile, Report, Signup
from signup.settings import settings

log = logging.getLogger("signup.tasks")


# --8<-- [start:step]
# What Celery raises where Redis or RabbitMQ is away, or hangs.
AWAY = (RuntimeError, KombuError, SoftTimeLimitExceeded, TimeLimitExceeded)


class Step(Task):
    """One step of a sign-up, whose id is the first argument."""

    # What passes by itself: the network, the mail server, the database.
    autoretry_for = (OSError, OperationalError, SoftTimeLimitExceeded)
    max_retries = settings.retries
    retry_backoff = settings.retry_backoff
    retry_backoff_max = 300
    retry_jitter = True

    def on_failure(self, exc, task_id, args, kwargs, einfo) -> None:
        if not isinstance(exc, AWAY):  # else the lease repeats the step
            outbox.give_up(args[0])


# --8<-- [end:step]


# --8<-- [start:steps]
@app.task(base=Step)
def create_profile(signup_id: str) -> None:
    with begin() as session:
        name = session.execute(select(Signup.name).filter_by(id=signup_id)).scalar_one()
    insert_once(Profile(signup_id=signup_id, display_name=name))


@app.task(base=Step, bind=True)
def send_welcome(self: Task, signup_id: str) -> None:
    if mail.claim(signup_id):
        mail.deliver(signup_id)
        log.info("welcome e-mail sent", extra={"signup": signup_id})
    elif not mail.sent(signup_id):
        # Somebody else is at it, or died over it: look again when the claim is over.
        raise self.retry(countdown=settings.claim_seconds)


@app.task(base=Step, ignore_result=False)  # a chord counts results
def notify(signup_id: str, channel: str) -> None:
    if insert_once(Notification(signup_id=signup_id, channel=channel)):
        log.info("%s notified", channel, extra={"signup": signup_id})


@app.task(base=Step)
def finish(signup_id: str) -> None:
    outbox.done(signup_id)
    log.info("sign-up done", extra={"signup": signup_id})


# --8<-- [end:steps]


# --8<-- [start:workflow]
def workflow(signup_id: str) -> Signature:
    """Profile, then e-mail, then both notifications at once, then the end."""
    return chain(
        create_profile.si(signup_id),
        send_welcome.si(signup_id),
        chord(
            [notify.si(signup_id, "team"), notify.si(signup_id, "crm")],
            finish.si(signup_id),
        ),
    )


# --8<-- [end:workflow]


# --8<-- [start:report]
@app.task(autoretry_for=(OperationalError,), retry_backoff=True)
def daily_report() -> None:
    """Yesterday's sign-ups by state. Two beats send it twice; the day is the key."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    begins = datetime.combine(yesterday, datetime.min.time(), UTC).timestamp()
    question = (
        select(Signup.state, func.count())
        .where(Signup.created >= begins, Signup.created < begins + 86400)
        .group_by(Signup.state)
    )
    with begin() as session:
        counts = {state: count for state, count in session.execute(question)}
    if insert_once(Report(day=yesterday.isoformat(), counts=counts)):
        log.info("report for %s: %s", yesterday, counts or "no sign-ups")


# --8<-- [end:report]
