import signal
import time

import pika
from topology import DELAYS, declare, waiting_room


def send_email(address: str) -> None:
    if "@" not in address:
        raise ValueError("not an address")
    if address.endswith("@down.example"):
        raise ConnectionError("mail server does not answer")


def handle(channel, method, properties, body: bytes) -> None:
    address = body.decode(errors="replace")
    attempt = (properties.headers or {}).get("attempt", 1)
    target, error = None, None
    try:
        send_email(address)
    except ConnectionError as problem:  # may work later
        rooms = [waiting_room(delay) for delay in DELAYS]
        target = (rooms[attempt - 1 :] or ["emails.parked"])[0]
        error = str(problem)
    except Exception as problem:  # will never work, or nobody knows: not again
        target, error = "emails.parked", str(problem)
    if target:
        # The sender's headers stay; those with x- are the broker's own.
        sent = properties.headers or {}
        kept = {name: sent[name] for name in sent if not name.startswith("x-")}
        properties.headers = kept | {"attempt": attempt + 1, "error": error}
        channel.basic_publish("", target, body, properties, mandatory=True)
    # Either the work is done, or the broker has confirmed the copy.
    channel.basic_ack(method.delivery_tag)
    passed = f"{time.monotonic() - began:.2f} s"
    print(f"{passed}: {address}, attempt {attempt}: {target or 'sent'}")


broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    declare(channel)
    channel.confirm_delivery()
    channel.basic_qos(prefetch_count=10)
    channel.basic_consume("emails", handle)

    def stop(signum, frame) -> None:
        connection.add_callback_threadsafe(channel.stop_consuming)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    began = time.monotonic()
    print("waiting for e-mails, Ctrl-C stops")
    channel.start_consuming()
print("stopped")
