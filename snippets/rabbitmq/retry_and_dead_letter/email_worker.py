"""Send the emails of a queue; retry after 1, 5 and 30 s, then park what still fails.

Guarantees: a message leaves its queue only when its email was sent, or when a copy is
stored in a delay queue or in the parking lot. Body, properties and the sender's headers
stay. A message that ends its worker 21 times is parked, too.
Limits: a worker that dies between sending and acknowledging sends the email again; one
that dies between publishing the copy and acknowledging leaves two copies. The order of
the messages is not kept.
Needs: RabbitMQ 3.10 or newer, something that restarts the worker, and a person who
looks at the queue "emails.parked".
You bring: a `send_email` that ends well within a minute (the connection is not
serviced meanwhile), and raises ConnectionError only for what may pass.
"""

import signal
import time
from types import FrameType
from typing import cast

import pika
from mailer import send_email
from pika.adapters.blocking_connection import BlockingChannel
from pika.spec import Basic, BasicProperties
from topology import DELAYS, declare, waiting_room

began = time.monotonic()


def handle(
    channel: BlockingChannel,
    method: Basic.Deliver,
    properties: BasicProperties,
    body: bytes,
) -> None:
    address = body.decode(errors="replace")
    sent = properties.headers or {}
    attempt = int(str(sent.get("attempt", 1)))
    target, error = None, None
    try:
        send_email(address, properties.message_id)
    except ConnectionError as problem:  # may work later
        rooms = [waiting_room(delay) for delay in DELAYS]
        target = (rooms[attempt - 1 :] or ["emails.parked"])[0]
        error = str(problem)
    except Exception as problem:  # will never work, or nobody knows: not again
        target, error = "emails.parked", str(problem)
    if target:
        # The sender's headers stay; those with x- are the broker's own.
        kept = {name: sent[name] for name in sent if not name.startswith("x-")}
        properties.headers = kept | {"attempt": attempt + 1, "error": error}
        channel.basic_publish("", target, body, properties, mandatory=True)
    # Either the work is done, or the broker has confirmed the copy.
    channel.basic_ack(cast(int, method.delivery_tag))
    passed = f"{time.monotonic() - began:.2f} s"
    print(f"{passed}: {address}, attempt {attempt}: {target or 'sent'}")


def main() -> None:
    broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
    with pika.BlockingConnection(broker) as connection:
        channel = connection.channel()
        declare(channel)
        channel.confirm_delivery()
        # One: a message that kills its worker counts against no other message.
        channel.basic_qos(prefetch_count=1)
        channel.basic_consume("emails", handle)

        def stop(signum: int, frame: FrameType | None) -> None:
            connection.add_callback_threadsafe(channel.stop_consuming)

        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)
        print("waiting for emails, Ctrl-C stops")
        channel.start_consuming()
    print("stopped")


if __name__ == "__main__":
    main()
