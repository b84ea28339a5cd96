import time

import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=3)
publisher = pika.BlockingConnection(broker)
reasons = []
publisher.add_on_connection_blocked_callback(
    lambda connection, method: reasons.append(method.method.reason)
)
publisher.channel().basic_publish("events", "order.paid", b'{"id": "order-20"}')
deadline = time.monotonic() + 3
while not reasons and time.monotonic() < deadline:
    publisher.process_data_events(time_limit=0.1)  # blocking is noticed only in here
print("publisher:", f"blocked: {reasons[0]}" if reasons else "not blocked")

# A connection that only consumes is never blocked.
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    method, _, body = channel.basic_get("orders")
    print("consumer:", body)
    channel.basic_ack(method.delivery_tag)
