import time

import pika
from issuer import issue

SCOPE = "rabbitmq.configure:%2F/orders rabbitmq.write:%2F/amq.default"
LIFETIME = 4  # seconds; usually some minutes


def renew() -> None:
    """Runs in the connection's thread, in time before the token ends."""
    connection.update_secret(issue(SCOPE, LIFETIME), "renewed")
    connection.call_later(LIFETIME / 2, renew)


login = pika.PlainCredentials("ignored", issue(SCOPE, LIFETIME))
broker = pika.ConnectionParameters("localhost", credentials=login)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    connection.call_later(LIFETIME / 2, renew)
    end = time.monotonic() + 3 * LIFETIME
    while time.monotonic() < end:
        channel.basic_publish("", "orders", b"{}", mandatory=True)
        connection.sleep(0.5)  # serves the timer, too
    print("still connected after three lifetimes of a token")
