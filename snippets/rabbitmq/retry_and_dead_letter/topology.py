import os

from pika.adapters.blocking_connection import BlockingChannel

QUORUM = {"x-queue-type": "quorum"}
DELAYS = [float(word) for word in os.environ.get("RETRY_DELAYS", "1 5 30").split()]


def then(queue: str) -> dict[str, str]:
    """A queue that passes its dead letters on to `queue`."""
    return {
        **QUORUM,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": queue,
        # Keep a message until that queue has confirmed that it has it.
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",  # at-least-once needs this
    }


def waiting_room(delay: float) -> str:
    return f"emails.wait.{delay:g}s"


def declare(channel: BlockingChannel) -> None:
    channel.queue_declare("emails.parked", durable=True, arguments=QUORUM)
    limited = {**then("emails.parked"), "x-delivery-limit": 20}
    channel.queue_declare("emails", durable=True, arguments=limited)
    for delay in DELAYS:
        arguments = {**then("emails"), "x-message-ttl": int(delay * 1000)}
        channel.queue_declare(waiting_room(delay), durable=True, arguments=arguments)
