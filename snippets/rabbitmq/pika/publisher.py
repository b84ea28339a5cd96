import queue
import threading
from concurrent.futures import Future

import pika
from pika.adapters.utils.connection_workflow import AMQPConnectorException
from pika.exceptions import AMQPChannelError, AMQPConnectionError

LOST = (AMQPConnectionError, AMQPConnectorException, OSError)
STORED = pika.DeliveryMode.Persistent


class Publisher(threading.Thread):
    """Owns one connection. Any other thread may call `publish`."""

    def __init__(self, broker: pika.ConnectionParameters) -> None:
        super().__init__(name="publisher", daemon=True)
        self._broker, self._ended = broker, threading.Event()
        self._orders: queue.Queue = queue.Queue(maxsize=1000)

    def publish(self, to: str, message_id: str, timeout: float = 30) -> None:
        """Return when the broker has confirmed. Raises what went wrong."""
        confirmed: Future = Future()
        self._orders.put((to, message_id, confirmed), timeout=timeout)
        confirmed.result(timeout)

    def stop(self) -> None:
        self._ended.set()
        self.join(10)

    def run(self) -> None:
        order = None  # outlives a lost connection, and is published again
        while not self._ended.is_set():
            try:
                with pika.BlockingConnection(self._broker) as connection:
                    channel = None
                    while not self._ended.is_set():
                        if not channel or channel.is_closed:
                            channel = connection.channel()
                            channel.confirm_delivery()
                        try:
                            order = order or self._orders.get(timeout=0.2)
                        except queue.Empty:  # look after the connection
                            connection.process_data_events()
                            continue
                        self._send(channel, *order)
                        order = None
            except LOST as error:
                print(f"publisher lost the broker: {error!r}", flush=True)
                self._ended.wait(1)

    @staticmethod
    def _send(channel, to: str, message_id: str, confirmed: Future) -> None:
        properties = pika.BasicProperties(message_id=message_id, delivery_mode=STORED)
        try:
            body = message_id.encode()
            channel.basic_publish("", to, body, properties, mandatory=True)
            confirmed.set_result(None)
        except AMQPChannelError as error:  # unroutable, refused, channel closed
            confirmed.set_exception(error)
