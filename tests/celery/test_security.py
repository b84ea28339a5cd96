"""What docs/celery/security.md promises."""

import os
import re
import signal
import stat

import pika
import pytest
import redis
from celery import Celery

from harness import ROOT
from harness.process import alive, wait_until

PAGE = "celery/security"
HERE = ROOT / "snippets" / PAGE
PATIENCE = 90  # seconds for a step: most of them wait for a worker that starts
pytestmark = pytest.mark.timeout(300)


def gone(shop, *files: str) -> bool:
    return not any(alive(int((shop.path / file).read_text())) for file in files)


def test_worker_refuses_a_pickle(terminal, shop):
    terminal(f"{PAGE}/pickled.console", timeout=PATIENCE, fails=["ls owned.txt"])
    assert gone(shop, "shop.pid")
    assert not (shop.path / "owned.txt").exists()


def test_worker_that_accepts_pickle_does_what_a_stranger_wants(terminal, shop):
    terminal(f"{PAGE}/trusting.console", timeout=PATIENCE, fails=["celery -A trusting worker -c 1"])
    assert gone(shop, "trusting.pid")
    assert shop.run("python", "-c", "import trusting; trusting.send_receipt('order-17')") == "receipt for order-17\n"


def test_signed_messages_are_accepted_and_all_others_refused(terminal, shop):
    terminal(f"{PAGE}/signed.console", timeout=PATIENCE)
    assert gone(shop, "worker.pid")
    for who in ("worker", "web", "stranger"):
        assert stat.S_IMODE((shop.path / f"{who}.key").stat().st_mode) == 0o600


def knows_client_setinfo(client) -> bool:
    try:
        client.execute_command("CLIENT", "SETINFO", "LIB-NAME", "test")
    except redis.ResponseError:
        return False
    return True


def make_old_redis_users(shop):
    """What the page says of Redis 7.0: leave that word out."""
    text = (shop.path / "make_redis_users.py").read_text()
    (shop.path / "make_old_redis_users.py").write_text(text.replace("+client|setinfo ", ""))
    shop.run("python", "make_old_redis_users.py")


def without_client_setinfo(shop, client):
    """On Redis 7.0 all the rest works."""
    make_old_redis_users(shop)
    env = {name: (shop.path / "shop-worker.url").read_text() for name in ("BROKER_URL", "RESULT_URL")}
    worker = shop.start("celery", "-A", "shop", "worker", "-c", "1", "--loglevel=INFO", env=env)
    worker.wait_for("ready")
    env = {name: (shop.path / "shop-web.url").read_text() for name in ("BROKER_URL", "RESULT_URL")}
    assert "2 receipts" in shop.run("python", "use_redis.py", env=env)
    assert worker.stop() == 0
    assert client.acl_log() == []
    assert client.llen("celery") == 1


def test_users_of_redis_do_their_part_with_the_least_rights(terminal, shop, redis_server):
    client = redis_server.client()
    client.config_resetstat()
    if not knows_client_setinfo(client):
        without_client_setinfo(shop, client)
        pytest.skip("this server has no CLIENT SETINFO, which the rules name: it came with Redis 7.2")
    terminal(f"{PAGE}/redis_users.console", timeout=PATIENCE)
    assert gone(shop, "worker.pid")
    text = (HERE / "make_redis_users.py").read_text()
    granted = {word[1:] for word in re.findall(r"\+[a-z|]+", text)}
    used = {name.removeprefix("cmdstat_") for name in client.info("commandstats")}
    assert granted <= used, f"nobody needed {granted - used}"
    denied = [
        ("LRANGE", "celery", "0", "-1"),
        ("DEL", "celery"),
        ("SET", "celery-task-meta-1", "forged"),
        ("KEYS", "*"),
    ]
    for command in denied:
        assert "no permissions" in str(client.execute_command("ACL", "DRYRUN", "shop-web", *command)), command
    assert stat.S_IMODE((shop.path / "shop-web.url").stat().st_mode) == 0o600


def test_arguments_are_hidden_in_the_log_and_not_in_the_broker(terminal, shop):
    terminal(f"{PAGE}/secret_card.console", timeout=PATIENCE)
    program = "import shop; print(shop.send_receipt.apply(['order-1!']).get(), shop.count([1, 2]))"
    assert shop.run("python", "-c", program) == "receipt for order-1! 2\n"


def test_evicting_broker_loses_all_jobs_at_once(terminal, shop, redis_server):
    assert redis_server.client().config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}, "the default"
    terminal(f"{PAGE}/evicted.console", timeout=PATIENCE)
    said = (HERE / "evicted.console").read_text()
    assert "allkeys-lru: 0 of 300 jobs left; no error" in said
    assert "noeviction: 300 of 300 jobs left" in said


def test_worker_loses_what_it_takes_from_a_full_redis(shop, redis_server):
    client, sent = redis_server.client(), 20
    worker = shop.start("celery", "-A", "shop", "worker", "--pool=solo", "--loglevel=INFO", "--without-mingle")
    worker.wait_for("ready", timeout=PATIENCE)
    os.kill(worker.pid, signal.SIGSTOP)
    shop.run("python", "-c", f"import shop\nfor number in range({sent}): shop.send_receipt.delay(f'order-{{number}}')")
    assert client.llen("celery") >= sent - 1, "Redis has answered the worker's question with the first at the most"
    client.config_set("maxmemory", 1)
    os.kill(worker.pid, signal.SIGCONT)
    worker.wait_for("OutOfMemoryError.*ZADD|OutOfMemoryError.*HSET", timeout=PATIENCE)
    assert client.llen("celery") < sent
    assert client.hlen("unacked") == 0
    assert "succeeded" not in worker.output()


def test_users_of_rabbitmq_do_their_part_with_the_least_rights(terminal, shop, rabbitmq):
    if rabbitmq.release < (4, 0):  # 3.10 does not name the right that is missing
        shop.run("python", "make_rabbitmq_users.py")
        worker = shop.start(
            *("celery", "-A", "shop", "worker", "-c", "1", "--loglevel=INFO"),
            env={"BROKER_URL": (shop.path / "shop-worker.amqp").read_text()},
        )
        worker.wait_for("ready")
        said = shop.run("python", "use_rabbitmq.py", env={"BROKER_URL": (shop.path / "shop-web.amqp").read_text()})
        assert "access to exchange 'celery' in vhost 'shop' refused for user 'shop-web'" in said
        assert "receipt for order-17" in said
        assert worker.stop() == 0
    else:
        terminal(f"{PAGE}/rabbitmq_users.console", timeout=PATIENCE)
        assert gone(shop, "worker.pid")
    parameters = pika.URLParameters((shop.path / "shop-web.amqp").read_text())
    with pika.BlockingConnection(parameters) as connection:
        with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="ACCESS_REFUSED"):
            connection.channel().basic_get("celery")
        with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="ACCESS_REFUSED"):
            connection.channel().queue_purge("celery")


def test_brokers_refuse_what_the_table_says(shop, redis_server, rabbitmq, captured):
    client = redis_server.client()
    columns = {"Redis": [], "RabbitMQ": []}
    for name, url in (("Redis", "redis://localhost:6379/0"), ("RabbitMQ", "amqp://guest:guest@localhost:5672//")):
        options = ("--pool=solo", "--loglevel=INFO", "--without-mingle")
        worker = shop.start("celery", "-A", "shop", "worker", *options, env={"BROKER_URL": url})
        worker.wait_for("ready", timeout=PATIENCE)
        with Celery("attacker", broker=url, backend="redis://localhost:6379/0") as app:
            job = app.send_task("shop.send_receipt", [{1, 2}], serializer="pickle")
            worker.wait_for("ContentDisallowed: Refusing to deserialize untrusted content of type pickle")
            if name == "Redis":
                wait_until(lambda: not client.exists("celery", "unacked"), PATIENCE, "the pickle to be thrown away")
            else:
                wait_until(lambda: rabbitmq.queue_depth("celery") == 0, PATIENCE, "the pickle to be thrown away", 0.3)
            columns[name].append(f"`ContentDisallowed`, message gone, `{job.state}`")
        worker.kill()  # solo: it would take seconds to end
    assert rabbitmq.queue_depth("celery") == 0, "and the broker did not get it back"

    if knows_client_setinfo(client):
        shop.run("python", "make_redis_users.py")
    else:
        make_old_redis_users(shop)
    shop.run("python", "make_rabbitmq_users.py")
    url = (shop.path / "shop-web.url").read_text()

    def on_redis(*command: str) -> str:
        return shop.run("redis-cli", "--no-auth-warning", "-u", url, *command).split()[0]

    parameters = pika.URLParameters((shop.path / "shop-web.amqp").read_text())
    refused = pika.exceptions.ChannelClosedByBroker
    with pika.BlockingConnection(parameters) as connection:
        with pytest.raises(refused, match="ACCESS_REFUSED"):
            connection.channel().basic_get("celery")
        columns["Redis"].append(f"`{on_redis('lrange', 'celery', '0', '-1')}`")
        columns["RabbitMQ"].append("`ACCESS_REFUSED`")

        rabbitmq.api("PUT", "permissions/shop/guest", {"configure": ".*", "write": ".*", "read": ".*"})
        guest = pika.ConnectionParameters(virtual_host="shop")
        with pika.BlockingConnection(guest) as other:
            other.channel().queue_declare("payments", durable=True)
            channel = connection.channel()
            channel.confirm_delivery()
            channel.basic_publish("", "payments", b"not of the shop", mandatory=True)
            assert other.channel().basic_get("payments", auto_ack=True)[2] == b"not of the shop"
        columns["Redis"].append(f"`{on_redis('lpush', 'payments', 'not of the shop')}`")
        columns["RabbitMQ"].append("arrives, in the same virtual host")

    parameters.credentials = pika.PlainCredentials("shop-web", "wrong")
    with pytest.raises(pika.exceptions.AMQPConnectionError) as error:
        pika.BlockingConnection(parameters)
    assert "ACCESS_REFUSED" in repr(error.value)
    columns["Redis"].append(f"`{shop.run('redis-cli', 'auth', 'shop-web', 'wrong').split()[0]}`")
    columns["RabbitMQ"].append("`ACCESS_REFUSED`")
    assert columns["Redis"][1:] == ["`NOPERM`", "`NOPERM`", "`WRONGPASS`"]
    whats = (
        "A pickle, and a worker that takes JSON",
        "`shop-web` reads the queue",
        "`shop-web` sends into another queue",
        "`shop-web` has a wrong password",
    )
    rows = [" | ".join(row) for row in zip(whats, *columns.values(), strict=True)]
    captured(f"{PAGE}/brokers.table", "\n".join(["What | Redis | RabbitMQ", *rows]))
