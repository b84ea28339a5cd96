import re
import secrets

import pika

QUORUM = {"x-queue-type": "quorum"}
TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})")


def next_step(headers: dict | None) -> dict[str, str]:
    """The trace of the message that caused this one, with a new id for this step."""
    found = TRACEPARENT.fullmatch(str((headers or {}).get("traceparent")))
    trace, flags = found.groups() if found else (secrets.token_hex(16), "01")
    return {"traceparent": f"00-{trace}-{secrets.token_hex(8)}-{flags}"}


broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    for queue in ("paid", "invoiced"):
        channel.queue_declare(queue, durable=True, arguments=QUORUM)
    # The shop begins a trace.
    sent = pika.BasicProperties(message_id="paid-17", headers=next_step(None))
    channel.basic_publish("", "paid", b"order-17", sent, mandatory=True)
    # A worker continues it in the message that it publishes.
    method, paid, body = channel.basic_get("paid")
    headers = next_step(paid.headers)
    follow_up = pika.BasicProperties(message_id="invoiced-17", headers=headers)
    channel.basic_publish("", "invoiced", body, follow_up, mandatory=True)
    channel.basic_ack(method.delivery_tag)
    print(paid.headers["traceparent"])
    print(channel.basic_get("invoiced", auto_ack=True)[1].headers["traceparent"])
