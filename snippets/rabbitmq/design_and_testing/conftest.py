import base64
import sqlite3
import urllib.request
import uuid

import pika
import pytest
import topology

API = "http://localhost:15672/api/"
LOGIN = {"Authorization": "Basic " + base64.b64encode(b"guest:guest").decode()}


def api(method: str, path: str) -> None:
    request = urllib.request.Request(API + path, headers=LOGIN, method=method)
    urllib.request.urlopen(request, timeout=10).close()


@pytest.fixture
def channel():
    """A real channel in a virtual host that nobody else has, with our topology."""
    vhost = f"test-{uuid.uuid4()}"
    api("PUT", f"vhosts/{vhost}")
    try:
        broker = pika.ConnectionParameters(
            "localhost", virtual_host=vhost, blocked_connection_timeout=10
        )
        with pika.BlockingConnection(broker) as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            topology.declare(channel)
            yield channel
    finally:
        api("DELETE", f"vhosts/{vhost}")


@pytest.fixture
def database():
    made = sqlite3.connect(":memory:")
    made.execute("CREATE TABLE handled (message_id TEXT PRIMARY KEY)")
    made.execute("CREATE TABLE invoices (order_id TEXT, cents INT, currency TEXT)")
    yield made
    made.close()
