"""What docs/redis/pubsub-and-streams.md promises."""

import inspect
import os
import signal
import threading
import time

import pytest
import redis
from kombu.transport.redis import Channel
from redis.crc import key_slot

from harness.lab.explore import Scenario
from harness.lab.explore.scenarios import full
from harness.lab.explore.wire import CommandProxy
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
    (line,) = killed(shop, "worker-1").splitlines()
    assert line.startswith("worker-1: email for order 17, id "), "the second one was not begun"
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
    assert client.xlen("{orders}:dead") == 1
    assert client.xpending("orders", "mailers")["pending"] == 0


def test_other_errors_of_xgroup_create_are_not_hidden(shop, redis_server):
    redis_server.client().set("orders", "not a stream")
    assert "WRONGTYPE" in shop.run("python", "mailer.py", "w", "0", status=1)


@pytest.mark.parametrize(
    ("first", "second"),
    [("orders", "{orders}:dead"), ("jobs", "{jobs}:w1"), ("product:1", "{product:1}:version")],
)
def test_keys_of_one_command_share_a_slot_of_a_cluster(first, second):
    assert key_slot(first.encode()) == key_slot(second.encode())


def test_worker_ends_at_sigterm_after_the_entry_in_hand(shop, redis_server):
    client = redis_server.client()
    client.xadd("orders", {"number": 17, "email": "amina@example.com"})
    client.xadd("orders", {"number": 18, "email": "amina@example.com"})
    worker = shop.start("python", "mailer.py", "worker-1", "0.5", env={"IDLE_MS": "60000"})
    worker.wait_for("order 17")
    worker.send(signal.SIGTERM)
    wait_until(lambda: worker.returncode is not None, 10, "the worker to end")
    assert worker.returncode == 0
    (group,) = client.xinfo_groups("orders")
    assert (group["pending"], group["lag"], group["consumers"]) == (0, 1, 0), "17 is done, 18 is for others"


# Each failure that the worker survives, one after the other, without the waits between them.
RARE = """import logging
import threading

import redis
from stream_worker import StreamWorker

logging.basicConfig(format="%(message)s")
refusals = [redis.ConnectionError("cut"), redis.TimeoutError("late")]
refusals += [redis.ResponseError("OOM full"), redis.ResponseError("NOGROUP deleted")]
client = redis.Redis(decode_responses=True, socket_timeout=5)
pending = client.xpending_range
finished = [[]]  # once, as if another worker had finished the entry meanwhile
client.xpending_range = lambda *where: finished.pop() if finished else pending(*where)
worker = StreamWorker(client, "orders", "mailers", "worker-1", lambda *entry: print("email", *entry), idle_ms=1)
take_over = worker._take_over


def taking():
    if refusals:
        raise refusals.pop(0)
    return take_over()


def leaving(**_):
    raise redis.ConnectionError("cut at the end")


worker._take_over, worker._leave = taking, leaving
stop = threading.Event()
stop.wait = lambda seconds: False
worker.run(stop, until_done=True)
"""


def test_worker_survives_each_failure_and_says_so(shop, redis_server):
    client = redis_server.client()
    client.xgroup_create("orders", "mailers", mkstream=True)
    client.xadd("orders", {"number": 17})
    trimmed = client.xadd("orders", {"number": 18})
    client.xreadgroup("mailers", "gone", {"orders": ">"})
    client.xdel("orders", trimmed)
    (shop.path / "rare.py").write_text(RARE)
    said = shop.run("python", "rare.py")
    for text in (
        "Redis is down, trying again: cut",
        "Redis is silent, trying again: late",
        "Redis refuses, trying again: OOM full",
        "Redis refuses, trying again: NOGROUP deleted",
        f"trimmed before they were done: {trimmed}",
        "the name worker-1 stays in the group: cut at the end",
    ):
        assert said.count(f"{text}\n") == 1, said
    assert said.count("email") == 1, said
    assert client.xpending("orders", "mailers")["pending"] == 0


def test_abandoned_entry_behind_many_busy_ones_is_found(shop, redis_server):
    client = redis_server.client()
    client.xgroup_create("orders", "mailers", mkstream=True)
    for number in range(40):
        client.xadd("orders", {"number": number, "email": "amina@example.com"})
    client.xreadgroup("mailers", "gone", {"orders": ">"})
    entries = [entry["message_id"] for entry in client.xpending_range("orders", "mailers", "-", "+", 40)]
    client.xclaim("orders", "mailers", "gone", 0, entries[-1:], idle=900_000)  # only the last one is old
    worker = shop.start("python", "mailer.py", "worker-1", "0", env={"IDLE_MS": "600000"})
    worker.wait_for("order 39")


FINE, POISON = ("17", "18"), "19"


@pytest.fixture
def mailers(redis_server, new_redis, shop):
    """Two orders and one that always fails, and a worker whose commands pass a proxy."""
    redis_server.stop()
    client = new_redis(port=6390).client()
    sent = shop.path / "sent.log"
    quick = {"IDLE_MS": "100", "GUIDE_MEASURE": ""}
    with CommandProxy(6379, 6390, "redis") as proxy:

        def prepare() -> None:
            client.flushall()
            client.script_flush()
            sent.write_text("")
            # A fine order comes first: the first hit of each line is its hit, and the last is the bad one's.
            for number in (FINE[0], POISON, *FINE[1:]):
                client.xadd("orders", {"number": number, "email": "" if number == POISON else "amina@example.com"})

        def recover() -> None:
            shop.run("python", "mailer.py", "worker-2", "0", "until-done", env=quick)

        def emails() -> list[str]:
            return [line.partition(": ")[2] for line in sent.read_text().splitlines()]

        def violations() -> list[str]:
            (group,) = client.xinfo_groups("orders")
            parked = [fields["number"] for _, fields in client.xrange("{orders}:dead")]
            broken = [f"lost: {number}" for number in FINE if not any(f"order {number}," in each for each in emails())]
            if parked != [POISON]:
                broken.append(f"parked: {parked}")
            if group["pending"] or group["lag"]:
                broken.append(f"left behind: {group['pending']} pending, {group['lag']} not read")
            if len(set(emails())) > len(FINE):
                broken.append(f"the same order under two ids: {emails()}")
            return broken

        def notes() -> list[str]:
            return ["sent again under the same id"] if len(emails()) > len(FINE) else []

        text = (shop.path / "mailer.py").read_text()
        # An email cannot be taken back: what was sent is in a file, which no fault empties.
        text = text.replace("flush=True)", 'flush=True, file=open("sent.log", "a"))')
        (shop.path / "mailer.py").write_text(text)
        shop.env.update(quick)
        yield Scenario(
            shop,
            ["mailer.py", "worker-1", "0", "until-done"],
            "stream_worker.py",
            prepare,
            recover,
            violations,
            proxy=proxy,
            refuse=lambda: full(client),
            notes=notes,
        )


@pytest.mark.timeout(3000 if os.environ.get("GUIDE_EXPLORE") else 120)
def test_worker_keeps_its_promise_under_every_fault(explored, mailers):
    report = explored(f"{PAGE}/stream_worker.py", mailers)
    print(report, dict(report.noted))


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
