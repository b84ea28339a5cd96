"""What docs/redis/pubsub-and-streams.md promises."""

import inspect
import threading
import time

import redis
from kombu.transport.redis import Channel

from harness.process import alive, wait_until

PAGE = "redis/pubsub_and_streams"


def killed(shop, name: str) -> str:
    """What a program of a session, whose pid is in NAME.pid, printed before it was killed."""
    assert not alive(int((shop.path / f"{name}.pid").read_text()))
    return (shop.path / f"{name}.log").read_text()


def test_message_without_a_listener_is_gone(run_script, redis_server):
    run_script(f"{PAGE}/nobody_listens.py")
    assert redis_server.client().dbsize() == 0, "nothing is stored"


def test_patterns_and_sharded_channels_reach_their_listeners_only(run_script, redis_server):
    run_script(f"{PAGE}/patterns.py")


def test_listener_resubscribes_after_a_restart_and_what_was_published_meanwhile_is_lost(terminal, reader_server):
    terminal(f"{PAGE}/reconnect.console")
    heard = (reader_server.path / "heard.log").read_text().split("\n")
    assert "order-1 paid" in heard
    assert "order-2 paid" not in heard, "published while the listener was away"
    assert "order-3 paid" in heard
    listener = int((reader_server.path / "listener.pid").read_text())
    wait_until(lambda: not alive(listener), 10, "the listener to end at closing time")


def test_listener_ends_by_itself(shop, redis_server):
    listener = shop.start("python", "listen.py")
    client = redis_server.client()
    wait_until(lambda: client.pubsub_numsub("orders") == [("orders", 1)], 10, "the subscription")
    client.publish("orders", "closing time")
    listener.wait_for("closing time")
    wait_until(lambda: listener.returncode is not None, 10, "the listener to end")
    assert listener.returncode == 0


def test_entries_stay_and_each_goes_to_one_consumer_of_the_group(terminal, redis_server):
    terminal(f"{PAGE}/stream.redis")
    client = redis_server.client()
    assert client.xlen("orders") == 2, "delivery removes nothing"
    assert client.xpending("orders", "mailers")["consumers"] == [{"name": "worker-1", "pending": 2}]


def test_entries_of_a_killed_consumer_are_claimed_by_another(terminal, shop, redis_server):
    terminal(f"{PAGE}/killed_consumer.console")
    assert killed(shop, "worker-1").splitlines() == ["worker-1: e-mail for order 17"]
    client = redis_server.client()
    assert client.xpending("orders", "mailers")["pending"] == 0
    assert client.xlen("orders") == 2, "acknowledged entries stay in the stream"


def test_claimed_entry_counts_one_more_delivery(redis_server):
    client = redis_server.client()
    client.xgroup_create("orders", "mailers", mkstream=True)
    client.xadd("orders", {"number": 17})
    client.xreadgroup("mailers", "worker-1", {"orders": ">"})
    client.xautoclaim("orders", "mailers", "worker-2", 0)
    (pending,) = client.xpending_range("orders", "mailers", "-", "+", 10)
    assert (pending["consumer"], pending["times_delivered"]) == ("worker-2", 2)


def test_entry_that_always_fails_is_parked_after_three_tries(terminal, shop, redis_server):
    terminal(f"{PAGE}/poison.console")
    client = redis_server.client()
    assert client.xlen("orders:dead") == 1
    assert client.xpending("orders", "mailers")["pending"] == 0


def test_other_errors_of_xgroup_create_are_not_hidden(shop, redis_server):
    redis_server.client().set("orders", "not a stream")
    assert "WRONGTYPE" in shop.run("python", "mailer.py", "w", "0", status=1)


def test_stream_is_kept_short_about_the_wanted_length(redis_server):
    client = redis_server.client()
    with client.pipeline(transaction=False) as many:
        for number in range(12_000):
            many.xadd("orders", {"number": number}, maxlen=10_000, approximate=True)
        many.execute()
    assert 10_000 <= client.xlen("orders") < 10_200, "whole blocks of 100 are dropped"


def test_trimming_deletes_entries_that_nobody_has_finished(run_script, redis_server):
    names = run_script(f"{PAGE}/trimmed.py")
    assert [entry for entry, _ in names["entries"]] == ["4-0", "5-0"]
    assert redis_server.client().xlen("orders") == 2
    assert names["deleted"] == ["1-0", "2-0", "3-0"]


def test_trimming_is_approximate_unless_told_otherwise():
    for command in (redis.Redis.xadd, redis.Redis.xtrim):
        assert inspect.signature(command).parameters["approximate"].default is True


def test_popped_job_dies_with_its_worker(terminal, shop, redis_server):
    terminal(f"{PAGE}/lost_job.console")
    assert killed(shop, "pop").splitlines() == ["working on invoice-17"]
    assert redis_server.client().dbsize() == 0, "invoice-17 is in no key any more"


def test_moved_job_survives_its_worker(terminal, shop, redis_server):
    terminal(f"{PAGE}/kept_job.console")
    assert killed(shop, "move").splitlines() == ["working on invoice-17"]
    assert redis_server.client().dbsize() == 0, "both jobs were done and removed"


def test_blocking_read_beyond_the_socket_timeout_raises(run_script, redis_server):
    began = time.monotonic()
    run_script(f"{PAGE}/blocked_too_long.py")
    assert 2 <= time.monotonic() - began < 60, "two attempts of 0.5 s and one patient second, not a minute"


def test_default_client_gives_up_after_five_seconds_and_tries_ten_times_more():
    settings = redis.Redis().connection_pool.connection_kwargs
    assert settings["socket_timeout"] == 5
    assert settings["retry"]._retries == 10


def test_listen_waits_beyond_the_socket_timeout(redis_server):
    client = redis_server.client(socket_timeout=0.2)
    with client.pubsub(ignore_subscribe_messages=True) as pubsub:
        pubsub.subscribe("orders")
        publish = threading.Timer(0.7, redis_server.client().publish, ["orders", "order-17 paid"])
        publish.start()
        assert next(pubsub.listen())["data"] == "order-17 paid"
        publish.join()


def test_celery_delivers_again_after_an_hour():
    assert Channel.visibility_timeout == 3600
