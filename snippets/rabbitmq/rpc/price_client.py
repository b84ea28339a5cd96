import json
import time
import uuid

import pika

REPLIES = "amq.rabbitmq.reply-to"  # not a queue: the broker passes replies through


class NobodyServes(Exception):
    """No queue takes the request: the server was never started here."""


class PriceClient:
    """Asks the price server, one question at a time. Not for several threads."""

    def __init__(self, broker: pika.ConnectionParameters) -> None:
        self.connection = pika.BlockingConnection(broker)
        self._channel = self.connection.channel()
        self._channel.add_on_return_callback(self._on_return)
        # Replies cannot be acknowledged. Subscribe first, then ask, on one channel.
        self._channel.basic_consume(REPLIES, self._on_reply, auto_ack=True)
        self._asked, self._reply, self._returned = "", None, False

    def _on_reply(self, channel, method, properties, body: bytes) -> None:
        if properties.correlation_id == self._asked:  # else it came too late
            self._reply = json.loads(body)

    def _on_return(self, channel, method, properties, body: bytes) -> None:
        self._returned = True

    def ask(self, city: str, timeout: float = 5.0) -> int:
        """Price in rupees. Raises TimeoutError, NobodyServes, LookupError."""
        self._asked, self._reply, self._returned = str(uuid.uuid4()), None, False
        properties = pika.BasicProperties(
            reply_to=REPLIES,
            correlation_id=self._asked,
            expiration=str(int(timeout * 1000)),  # nobody waits for longer
        )
        end = time.monotonic() + timeout
        request = json.dumps({"city": city}).encode()
        # No confirms: the answer is the receipt, and the time limit stays ours.
        self._channel.basic_publish(
            "", "price-requests", request, properties, mandatory=True
        )
        while self._reply is None:
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"no answer in {timeout:g} s")
            self.connection.process_data_events(time_limit=left)
            if self._returned:
                raise NobodyServes("no queue price-requests")
        if "error" in self._reply:
            raise LookupError(self._reply["error"])
        return self._reply["price"]
