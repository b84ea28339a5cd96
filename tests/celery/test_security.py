"""What docs/celery/security.md promises."""

import re
import stat

import pika
import pytest

from harness import ROOT
from harness.services.base import alive

PAGE = "celery/security"
HERE = ROOT / "snippets" / PAGE


def gone(shop, *files: str) -> bool:
    return not any(alive(int((shop.path / file).read_text())) for file in files)


def test_worker_refuses_a_pickle(terminal, shop):
    terminal(f"{PAGE}/pickled.console", fails=["ls owned.txt"])
    assert gone(shop, "shop.pid")
    assert not (shop.path / "owned.txt").exists()


def test_worker_that_accepts_pickle_does_what_a_stranger_wants(terminal, shop):
    terminal(f"{PAGE}/trusting.console", fails=["celery -A trusting worker -c 1"])
    assert gone(shop, "trusting.pid")
    assert shop.run("python", "-c", "import trusting; trusting.send_receipt('order-17')") == "receipt for order-17\n"


def test_signed_messages_are_accepted_and_all_others_refused(terminal, shop):
    terminal(f"{PAGE}/signed.console")
    assert gone(shop, "worker.pid")
    for who in ("worker", "web", "stranger"):
        assert stat.S_IMODE((shop.path / f"{who}.key").stat().st_mode) == 0o600


def test_users_of_redis_do_their_part_with_the_least_rights(terminal, shop, redis_server):
    client = redis_server.client()
    client.config_resetstat()
    client.acl_setuser("probe", enabled=True)
    if client.execute_command("ACL", "DRYRUN", "probe", "GET", "x").startswith("User probe"):
        terminal(f"{PAGE}/redis_users.console")
        assert gone(shop, "worker.pid")
    else:  # Redis 7.0 words the refusals otherwise
        shop.run("python", "make_redis_users.py")
        url = (shop.path / "shop-worker.url").read_text()
        worker = shop.start(
            "celery", "-A", "shop", "worker", "-c", "1", "-l", "INFO", env={"BROKER_URL": url, "RESULT_URL": url}
        )
        worker.wait_for("ready")
        url = (shop.path / "shop-web.url").read_text()
        assert "2 receipts" in shop.run("python", "use_redis.py", env={"BROKER_URL": url, "RESULT_URL": url})
        assert worker.stop() == 0
        assert client.acl_log() == []
        assert client.llen("celery") == 1
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
    terminal(f"{PAGE}/secret_card.console")


def test_evicting_broker_loses_all_jobs_at_once(terminal, shop, redis_server):
    assert redis_server.client().config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}, "the default"
    terminal(f"{PAGE}/evicted.console")
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
        terminal(f"{PAGE}/rabbitmq_users.console")
        assert gone(shop, "worker.pid")
    parameters = pika.URLParameters((shop.path / "shop-web.amqp").read_text())
    with pika.BlockingConnection(parameters) as connection:
        with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="ACCESS_REFUSED"):
            connection.channel().basic_get("celery")
        with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="ACCESS_REFUSED"):
            connection.channel().queue_purge("celery")
