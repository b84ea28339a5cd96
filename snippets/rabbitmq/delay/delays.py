"""Deliver a message to a queue after any whole number of seconds, without a plugin.

Guarantees: a confirmed message is stored in a quorum queue all the time, and reaches
its queue no earlier than asked for, also if the broker is restarted in between.
Limits: it may be late, on a busy broker by more than a second, and it may arrive
twice. Up to 2 ** LEVELS - 1 seconds. You cannot take a delayed message back. If no
queue accepts it when its time is over, it stays in its last delay queue.
Needs: RabbitMQ 3.10 or newer, and permission to declare exchanges and queues.
You bring: a `message_id` in the properties, by which the consumer recognizes
repetitions, and a consumer that checks whether the work is still wanted.
"""

import pika
from pika.adapters.blocking_connection import BlockingChannel

LEVELS = 17  # up to 131071 seconds: 36 hours
ARRIVED = "delay.arrived"


def declare(channel: BlockingChannel) -> None:
    """Level n holds messages for 2 ** n seconds, or passes them on."""
    channel.exchange_declare(ARRIVED, "topic", durable=True)
    below = ARRIVED
    for level in range(LEVELS):
        name = f"delay.{level}"
        channel.exchange_declare(name, "topic", durable=True)
        arguments = {
            "x-queue-type": "quorum",
            "x-message-ttl": 1000 * 2**level,
            "x-dead-letter-exchange": below,
            # A message stays here until the next queue has confirmed it.
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",  # at-least-once needs this
        }
        channel.queue_declare(name, durable=True, arguments=arguments)
        # The routing key is "0.1.1.orders": one word for each level, highest first.
        higher = "*." * (LEVELS - 1 - level)
        channel.queue_bind(name, name, f"{higher}1.#")
        channel.exchange_bind(below, name, f"{higher}0.#")
        below = name


def accept(channel: BlockingChannel, queue: str) -> None:
    """Let delayed messages for `queue`, which exists, arrive there."""
    channel.queue_bind(queue, ARRIVED, "*." * LEVELS + queue)


def publish_later(
    channel: BlockingChannel,
    queue: str,
    body: bytes,
    properties: pika.BasicProperties,
    seconds: int,
) -> None:
    """Return when the broker has stored the message; the channel confirms."""
    if not 0 <= seconds < 2**LEVELS:
        raise ValueError(f"{seconds} s: choose 0 to {2**LEVELS - 1}")
    if properties.expiration is not None:
        raise ValueError("expiration would end the delay early")
    words = ".".join(format(seconds, f"0{LEVELS}b"))
    exchange = f"delay.{LEVELS - 1}"
    channel.basic_publish(
        exchange, f"{words}.{queue}", body, properties, mandatory=True
    )
