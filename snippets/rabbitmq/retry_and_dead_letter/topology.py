import os

QUORUM = {"x-queue-type": "quorum"}
DELAYS = [float(word) for word in os.environ.get("RETRY_DELAYS", "1 5 30").split()]
BACK_TO_WORK = {
    **QUORUM,
    "x-dead-letter-exchange": "",
    "x-dead-letter-routing-key": "emails",
    # Keep a message until the queue "emails" has confirmed that it has it.
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",  # at-least-once needs this
}


def waiting_room(delay: float) -> str:
    return f"emails.wait.{delay:g}s"


def declare(channel) -> None:
    for queue in ("emails", "emails.parked"):
        channel.queue_declare(queue, durable=True, arguments=QUORUM)
    for delay in DELAYS:
        arguments = {**BACK_TO_WORK, "x-message-ttl": int(delay * 1000)}
        channel.queue_declare(waiting_room(delay), durable=True, arguments=arguments)
