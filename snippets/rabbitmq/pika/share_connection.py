import threading

import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
TEXTS = ("pop from an empty deque", "UNEXPECTED_FRAME")
seen: dict[str, str] = {}


def publish(channel) -> None:
    try:
        for _ in range(300):
            channel.basic_publish("", "orders", b"{}")
    except Exception as error:
        for text in TEXTS:
            if text in str(error):
                seen[text] = f"{type(error).__name__}: {error}".partition(" - ")[0]


for _ in range(500):  # which error it is differs from one time to the next
    channel = pika.BlockingConnection(broker).channel()
    channel.queue_declare("orders", durable=True)
    channel.confirm_delivery()
    # Wrong: two threads use one channel.
    arguments = {"target": publish, "args": [channel], "daemon": True}
    threads = [threading.Thread(**arguments) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(1)
    if len(seen) == len(TEXTS):
        break
for text in TEXTS:
    print(seen[text])
