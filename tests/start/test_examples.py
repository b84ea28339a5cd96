"""What docs/start/examples.md promises: each file runs alone, and survives the loss of its server as the page says."""

import json
import time

import httpx2
import pika
import pytest

from harness import ROOT
from harness.lab.servers.base import listening
from harness.process import wait_until

BLOCK = "start/examples/"
QUEUE = "shop.orders"
FILES = {
    "redis": "redis_cache",
    "rabbitmq": "rabbitmq_producer_consumer",
    "celery": "fastapi_celery",
    "sentry": "sentry_integration",
}
# Programs that use the example as a module.
EXPIRY = """
import time
from redis_cache import cache, change_price, get_product, prices

assert get_product(1)["price"] == 1200
change_price(1, 990)
assert get_product(1)["price"] == 990
prices[1] = 870  # behind the cache's back
assert get_product(1)["price"] == 990, "from the cache"
cache.pexpire("product:1", 1)
deadline = time.monotonic() + 30
while cache.exists("product:1") and time.monotonic() < deadline:
    time.sleep(0.01)
assert get_product(1)["price"] == 870
"""
AWAY = """
import redis
from redis_cache import change_price, get_product

try:
    change_price(1, 990)
except redis.RedisError:
    print("raised", flush=True)
print(get_product(1)["price"])
"""


@pytest.fixture
def example(workspace):
    """`example("redis_cache")`: the file, alone in a new folder."""
    return lambda name: workspace.copy(f"examples/{name}.py")


@pytest.mark.parametrize(("guide", "name"), FILES.items())
def test_every_guide_leads_to_its_example(guide, name):
    overview = (ROOT / "docs" / guide / "index.md").read_text(encoding="utf-8")
    assert f"](../start/examples.md#{name}py)" in overview


class TestRedisCache:
    def test_second_answer_comes_from_the_cache(self, example, terminal, redis_server):
        example("redis_cache")
        terminal(f"{BLOCK}redis_cache.console")
        client = redis_server.client()
        assert json.loads(client.get("product:1")) == {"id": 1, "price": 1200}
        assert 0 < client.ttl("product:1") <= 60

    def test_expired_and_changed_prices_are_read_again(self, example, workspace, redis_server):
        example("redis_cache")
        workspace.run("python", "-c", EXPIRY)

    def test_killed_redis_costs_time_and_no_answer(self, example, terminal, redis_server):
        example("redis_cache")
        redis_server.kill()
        assert not redis_server.running
        terminal(f"{BLOCK}redis_cache_down.console")

    def test_price_changed_while_redis_is_away_leaves_the_old_one_in_the_cache(self, example, workspace, redis_server):
        example("redis_cache")
        workspace.run("python", "redis_cache.py")
        redis_server.freeze()
        said = workspace.run("python", "-c", AWAY)
        redis_server.thaw()
        assert said == "raised\nno cache: Timeout reading from socket\ndatabase: product 1\n990\n"
        assert json.loads(redis_server.client().get("product:1"))["price"] == 1200, "until it expires"


class TestRabbitmqProducerConsumer:
    @pytest.fixture(autouse=True)
    def folder(self, rabbitmq, workspace, example):
        example("rabbitmq_producer_consumer")
        workspace.env.update(rabbitmq.tool_environment())

    def waiting(self, queue: str = QUEUE) -> int:
        with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
            return connection.channel().queue_declare(queue, passive=True).method.message_count

    def test_message_is_confirmed_handled_and_acknowledged(self, terminal):
        terminal(f"{BLOCK}rabbitmq.console")
        assert self.waiting() == 0

    def test_message_of_a_killed_consumer_is_redelivered(self, terminal):
        terminal(f"{BLOCK}rabbitmq_killed.console")
        assert self.waiting() == 0

    def test_consumer_rejects_what_it_cannot_read_and_stops_when_asked(self, workspace):
        consumer = workspace.start("python", "rabbitmq_producer_consumer.py", "consume")
        consumer.wait_for("waiting for orders")
        with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
            connection.channel().basic_publish("", QUEUE, b"no JSON")
        consumer.wait_for("unreadable: JSONDecodeError")
        workspace.run("python", "rabbitmq_producer_consumer.py", "produce", "1003")
        consumer.wait_for("done: order-1003")
        assert consumer.stop() == 0
        assert self.waiting() == 0
        assert self.waiting(f"{QUEUE}.unreadable") == 1, "it is set aside, not lost"

    def test_nothing_is_confirmed_by_a_killed_broker(self, workspace, rabbitmq):
        rabbitmq.kill()
        said = workspace.run("python", "rabbitmq_producer_consumer.py", "produce", "1004", status=1)
        assert "AMQPConnectionError" in said
        assert "confirmed: " not in said


class TestFastapiCelery:
    def test_order_is_accepted_done_and_refused_while_redis_is_away(
        self, example, workspace, terminal, captured, redis_server
    ):
        example("fastapi_celery")
        worker = workspace.start("celery", "-A", "fastapi_celery", "worker", "--loglevel=INFO", "--without-mingle")
        web = workspace.start("uvicorn", "fastapi_celery:web")
        worker.wait_for("ready", timeout=60)
        web.wait_for("Uvicorn running on", timeout=60)
        terminal(f"{BLOCK}fastapi_celery.console")

        accepted = httpx2.post("http://127.0.0.1:8000/orders/1001/invoice", timeout=30)
        where = "http://127.0.0.1:8000" + accepted.headers["location"]
        assert httpx2.get(where, timeout=30).json()["state"] in ("ACCEPTED", "SUCCESS")
        wait_until(lambda: httpx2.get(where, timeout=30).json()["state"] == "SUCCESS", 60, "the invoice")
        captured(f"{BLOCK}done.json", httpx2.get(where, timeout=30).text)
        assert worker.stop(timeout=60) == 0

        redis_server.kill()
        assert not redis_server.running
        began = time.monotonic()
        terminal(f"{BLOCK}fastapi_celery_down.console")
        assert time.monotonic() - began < 20, "seconds, not the minutes of the defaults"
        assert httpx2.get(where, timeout=30).status_code == 503
        redis_server.start()
        assert httpx2.post("http://127.0.0.1:8000/orders/1002/invoice", timeout=30).status_code == 202
        web.stop()
        wait_until(lambda: not listening(8000), 30, "the web server to end")


class TestSentryIntegration:
    def test_error_arrives_with_tags_and_a_declined_card_does_not(self, example, terminal, project, captured):
        example("sentry_integration")
        terminal(f"{BLOCK}sentry_integration.console")
        wait_until(project.events, 60, "the error to arrive")
        (event,) = [event["data"] for event in project.events()]
        (error,) = event["exception"]["values"]
        assert not any("vars" in frame for frame in error["stacktrace"]["frames"])
        assert "request" not in event
        shown = {
            "exception": {"type": error["type"], "value": error["value"]},
            "tags": event["tags"],
            "user": event["user"],
            "release": event["release"],
            "environment": event["environment"],
        }
        captured(f"{BLOCK}event.json", json.dumps(shown, indent=2) + "\n")

    def test_without_an_address_it_ends_with_an_error(self, example, terminal):
        example("sentry_integration")
        terminal(f"{BLOCK}no_dsn.console", fails=["python sentry_integration.py"])
