"""Takes what is due from the outbox to RabbitMQ. Run as many as you like."""

import logging
import signal
import threading

import sentry_sdk

from signup import observability, outbox
from signup.settings import settings
from signup.tasks import workflow

log = logging.getLogger("signup.relay")
stopping = threading.Event()


def publish(entry: outbox.Leased) -> None:
    """Start the workflow, in the trace of the request that asked for it."""
    trace = sentry_sdk.continue_trace(entry.trace, op="queue.relay", name="relay")
    with sentry_sdk.start_transaction(trace):
        workflow(entry.signup_id).apply_async(confirm_timeout=5)
        log.info("published", extra={"signup": entry.signup_id})


def relay() -> int:
    """One round. Returns the number of sign-ups that RabbitMQ has confirmed."""
    entries = outbox.lease()
    for number, entry in enumerate(entries):
        if entry.dispatches > settings.dispatches:
            outbox.give_up(entry.signup_id)
            log.error("never gets done", extra={"signup": entry.signup_id})
            continue
        try:
            publish(entry)
        except Exception as error:  # whatever it was: the entries stay
            outbox.give_back([left.signup_id for left in entries[number:]])
            log.warning("RabbitMQ did not take it: %s", error)
            return number
    return len(entries)


def main() -> None:
    observability.start("relay")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    log.info("relay ready")
    while not stopping.is_set():
        try:
            busy = relay()
        except Exception:  # the database is away
            log.exception("the outbox cannot be read")
            busy = 0
        if not busy:
            stopping.wait(0.2)
    log.info("relay stopped")


if __name__ == "__main__":
    main()
