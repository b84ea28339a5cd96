import contextlib
import os
from pathlib import Path
from typing import Any

import pika

WAIT = 0.05  # seconds that take() waits for a job
HEARTBEAT = int(os.environ.get("HEARTBEAT", "60"))  # seconds; 60 is the default
STORED = pika.BasicProperties(delivery_mode=pika.DeliveryMode.Persistent)


class ClassicQueue:
    kind = "classic"

    def __init__(self, worker: str, jobs: str = "jobs", team: str = "team") -> None:
        self.progress = Path(f"{jobs}-{team}.offset")
        self.start: dict[str, Any] = {}
        broker = pika.ConnectionParameters(
            "localhost", heartbeat=HEARTBEAT, blocked_connection_timeout=30
        )
        self.connection = pika.BlockingConnection(broker)
        self.channel = self.connection.channel()
        self.channel.confirm_delivery()
        self.channel.basic_qos(prefetch_count=1)  # one job in hand
        self.jobs, arguments = f"{jobs}-{self.kind}", {"x-queue-type": self.kind}
        self.channel.queue_declare(self.jobs, durable=True, arguments=arguments)

    def send(self, text: str) -> None:
        self.channel.basic_publish("", self.jobs, text.encode(), STORED, mandatory=True)

    def listen(self) -> None:
        pass

    def take(self) -> tuple[Any, str] | None:
        method, properties, body = next(
            self.channel.consume(
                self.jobs, arguments=self.start, inactivity_timeout=WAIT
            )
        )
        return ((method, properties), body.decode()) if method else None

    def work(self, seconds: float) -> None:
        self.connection.sleep(seconds)  # answers heartbeats meanwhile

    def done(self, receipt: Any) -> None:
        self.channel.basic_ack(receipt[0].delivery_tag)

    def close(self) -> None:
        self.connection.close()


class QuorumQueue(ClassicQueue):
    kind = "quorum"


class RabbitStream(ClassicQueue):
    kind = "stream"

    def listen(self) -> None:
        # The broker does not know how far this team has read: a file does.
        known = self.progress.exists()
        begin = int(self.progress.read_text()) if known else "first"
        self.start = {"x-stream-offset": begin}

    def done(self, receipt: Any) -> None:
        super().done(receipt)
        offset = int(receipt[1].headers["x-stream-offset"])
        self.progress.write_text(str(offset + 1))

    def close(self) -> None:
        # A reader that leaves hands back what it has not read. A stream of RabbitMQ
        # 3.10 does not know that, and ends the connection: all the same to us.
        with contextlib.suppress(pika.exceptions.AMQPError):
            super().close()
