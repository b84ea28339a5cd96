import os
import time
from concurrent.futures import ThreadPoolExecutor

import pika
from publisher import Publisher

HEARTBEAT = int(os.environ.get("HEARTBEAT", "30"))  # seconds
broker = pika.ConnectionParameters(
    "localhost", heartbeat=HEARTBEAT, blocked_connection_timeout=30
)
publisher = Publisher(broker)
publisher.start()


def buy(number: int) -> None:
    """What a request of your web application would do, in its own thread."""
    time.sleep(0.05)
    order = f"order-{number}"
    publisher.publish("orders", order.encode(), message_id=order)
    print(f"{order} confirmed\n", end="", flush=True)


with ThreadPoolExecutor(max_workers=4) as requests:
    list(requests.map(buy, range(100, 300)))
publisher.stop()
