"""Publish from many threads over one connection.

Guarantees: when `publish` returns, every queue that the message matches has stored
it. A bad argument, a name that no queue has, or a full queue raises in the thread
that asked, and the others go on. A lost connection is opened again, and the message
that was under way is published again, with the same `message_id`.
Limits: the same message may arrive twice. After a TimeoutError that says "unknown"
it may be in the queue. Messages are kept in memory only: if they must survive a
crash of this process, take an outbox. One message is under way at a time.
Needs: a durable queue, and `start()` in the process that publishes (a thread does
not survive a fork: with Gunicorn, start it in the worker).
You bring: a `message_id` that stays the same when you try again, and a consumer that
recognizes repetitions by it.
"""

import queue
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.adapters.utils.connection_workflow import AMQPConnectorException
from pika.exceptions import AMQPConnectionError, AMQPError

LOST = (AMQPConnectionError, AMQPConnectorException, OSError)
TRIES = 3  # connections that one message may take along before it is given up


@dataclass
class Order:
    queue: str
    body: bytes
    properties: pika.BasicProperties
    confirmed: Future[None] = field(default_factory=Future)
    tries: int = 0


class Publisher(threading.Thread):
    """Owns one connection. Any other thread may call `publish`."""

    def __init__(self, broker: pika.ConnectionParameters) -> None:
        super().__init__(name="publisher", daemon=True)
        self._broker, self._ended = broker, threading.Event()
        self._orders: queue.Queue[Order] = queue.Queue(maxsize=1000)

    def publish(
        self, to: str, body: bytes, message_id: str, timeout: float = 30
    ) -> None:
        """Return when the broker has confirmed; raise what went wrong."""
        properties = pika.BasicProperties(
            message_id=message_id, delivery_mode=pika.DeliveryMode.Persistent
        )
        order, end = Order(to, body, properties), time.monotonic() + timeout
        try:
            self._orders.put(order, timeout=timeout)
            order.confirmed.result(end - time.monotonic())
        except queue.Full:
            raise TimeoutError("not sent: too many messages wait") from None
        except TimeoutError:
            # What has not begun yet is never sent.
            fate = "not sent" if order.confirmed.cancel() else "unknown"
            raise TimeoutError(f"{fate}: no confirm in {timeout} s") from None

    def stop(self) -> None:
        """Send what `publish` has accepted, then end."""
        self._ended.set()
        self.join(10)

    def run(self) -> None:
        order: Order | None = None  # outlives a connection, and is published again
        while self._has_work(order):
            try:
                with pika.BlockingConnection(self._broker) as connection:
                    channel: BlockingChannel | None = None
                    while self._has_work(order):
                        if not channel or channel.is_closed:
                            channel = connection.channel()
                            channel.confirm_delivery()
                        order = order or self._next()
                        if order:
                            self._send(channel, order)
                        else:  # service the connection
                            connection.process_data_events()
                        order = None
            except (AMQPError, *LOST) as error:
                print(f"publisher lost the broker: {error!r}", flush=True)
                if order and order.tries >= TRIES:
                    order.confirmed.set_exception(error)
                    order = None
                time.sleep(1)

    def _has_work(self, order: Order | None) -> bool:
        return bool(order) or not (self._ended.is_set() and self._orders.empty())

    def _next(self) -> Order | None:
        try:
            order = self._orders.get(timeout=0.2)
        except queue.Empty:
            return None
        # False: its caller gave up meanwhile.
        return order if order.confirmed.set_running_or_notify_cancel() else None

    @staticmethod
    def _send(channel: BlockingChannel, order: Order) -> None:
        order.tries += 1
        try:
            channel.basic_publish(
                "", order.queue, order.body, order.properties, mandatory=True
            )
        except LOST:
            raise
        except Exception as error:  # unroutable, refused, a bad argument: its caller's
            order.confirmed.set_exception(error)
        else:
            order.confirmed.set_result(None)
