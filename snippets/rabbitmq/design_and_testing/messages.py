"""What an `order.paid` message looks like. Sender and receivers share this file."""

import json
from dataclasses import asdict, dataclass

import pika

VERSION = 2


class Unreadable(ValueError):
    """Trying again will not help: set the message aside."""


@dataclass(frozen=True)
class OrderPaid:
    order_id: str
    cents: int
    currency: str = "EUR"  # new in version 2; until then all were in euros


def to_message(order: OrderPaid) -> tuple[pika.BasicProperties, bytes]:
    properties = pika.BasicProperties(
        message_id=f"order.paid:{order.order_id}",  # same event, same id
        type="order.paid",
        headers={"version": VERSION},
        content_type="application/json",
        delivery_mode=pika.DeliveryMode.Persistent,
    )
    return properties, json.dumps(asdict(order)).encode()


def from_message(properties: pika.BasicProperties, body: bytes) -> OrderPaid:
    version = (properties.headers or {}).get("version")
    if properties.type != "order.paid" or version not in (1, VERSION):
        raise Unreadable(f"{properties.type} in version {version}")
    try:
        data = json.loads(body)  # fields that we do not know are left alone
        return OrderPaid(data["order_id"], data["cents"], data.get("currency", "EUR"))
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(repr(error)) from error
