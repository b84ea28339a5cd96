"""What docs/celery/security.md promises."""

import re
import stat

import pika
import pytest
import redis

from harness import ROOT
from harness.services.base import alive

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


def without_client_setinfo(shop, client):
    """What the page says of Redis 7.0: leave that word out, and all the rest works."""
    program = shop.path / "make_redis_users.py"
    program.write_text(program.read_text().replace("+client|setinfo ", ""))
    shop.run("python", "make_redis_users.py")
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
    try:
        client.execute_command("CLIENT", "SETINFO", "LIB-NAME", "test")
    except redis.ResponseError:
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
