"""What docs/compare/survives.md promises."""

import re

import pika
import pytest

from harness.process import alive, wait_until

PAGE = "compare/survives"
pytestmark = pytest.mark.timeout(300)

SIX = (
    "Redis Pub/Sub",
    "Redis list",
    "Redis stream",
    "RabbitMQ classic queue",
    "RabbitMQ quorum queue",
    "RabbitMQ stream",
)
QUEUES = ("RabbitMQ classic queue", "RabbitMQ quorum queue")


def rows(text: str) -> dict[str, list[str]]:
    """A table without its head: first cell -> the others."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.splitlines()[1:]]
    return {first: others for first, *others in lines}


def test_only_pubsub_loses_what_nobody_hears_and_only_streams_can_be_read_again(both, captured):
    table = both.run("python", "nobody_listens.py", timeout=90)
    assert rows(table) == {
        "Redis Pub/Sub": ["0 of 3", "0 of 3"],
        "Redis list": ["3 of 3", "0 of 3"],
        "Redis stream": ["3 of 3", "3 of 3"],
        "RabbitMQ classic queue": ["3 of 3", "0 of 3"],
        "RabbitMQ quorum queue": ["3 of 3", "0 of 3"],
        "RabbitMQ stream": ["3 of 3", "3 of 3"],
    }
    captured(f"{PAGE}/nobody_listens.table", table)


def test_group_that_cannot_be_made_is_an_error_and_one_that_exists_is_not(both, redis_server):
    listen = "from redis_ways import Stream; Stream('ben').listen()"
    both.run("python", "-c", f"{listen}; Stream('carol').listen()")
    redis_server.client().delete("jobs-stream")
    redis_server.client().set("jobs-stream", "a text")
    assert "WRONGTYPE" in both.run("python", "-c", listen, status=1)


def after(cell: str) -> float:
    """Seconds until Ben had the job."""
    found = re.fullmatch(r"Ben, after ([\d.]+) s", cell)
    assert found, f"nobody got it: {cell!r}"
    return float(found[1])


def test_who_gets_the_job_of_a_worker_that_is_killed_frozen_or_slow(both, redis_server, captured):
    table = both.run("python", "lost_worker.py", timeout=240)
    found = rows(table)
    assert set(found) == set(SIX)
    idle = 5.0  # IDLE of redis_ways.py
    for way in QUEUES:
        killed, frozen, slow, thawed = found[way]
        assert after(killed) < after(found["Redis stream"][0]), "the broker sees the connection end, Redis sees nothing"
        assert after(killed) < after(frozen), "a frozen worker's connection is open: the heartbeats have to be missed"
        assert slow == "nobody", "whoever answers heartbeats keeps the job"
        assert thawed == "learns that its connection is gone"
    killed, frozen, slow, thawed = found["Redis stream"]
    for cell in (killed, frozen, slow):
        assert after(cell) > idle - 0.5, "not before it was idle for so long, whatever the worker does"
    assert thawed == "finishes it"
    for way in ("Redis Pub/Sub", "Redis list"):
        assert found[way] == ["nobody", "nobody", "nobody", "finishes it"]
    client = redis_server.client()
    assert client.xack("frozen-stream", "team", client.xrange("frozen-stream")[0][0]) == 0, "no error, only a nought"
    assert client.lrange("killed-list:anna", 0, -1) == ["order-1"], "the list has it aside, where nobody looks"
    killed, frozen, slow, _ = found["RabbitMQ stream"]
    assert max(map(after, (killed, frozen, slow))) < idle, "each reader of a stream reads, whatever the others do"
    captured(f"{PAGE}/lost_worker.table", table)


def test_heartbeat_is_a_minute_unless_the_client_wants_another(rabbitmq):
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        assert connection._impl.params.heartbeat == 60


def stream_is_back(name: str) -> bool:
    """Whether a consumer of this stream gets its first message."""
    try:
        with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
            channel = connection.channel()
            channel.basic_qos(prefetch_count=1)
            start = {"x-stream-offset": "first"}
            return next(channel.consume(name, arguments=start, inactivity_timeout=5))[0] is not None
    except pika.exceptions.AMQPError:
        return False


def killed_and_counted(server, kind: str, both) -> dict[str, int]:
    """Fill, kill -9, start, count: way -> orders that are left."""
    sent = rows("Way | Sent\n" + both.run("python", "fill.py", kind, timeout=60))
    assert {number for (number,) in sent.values()} == {"200"}
    if kind == "RabbitMQ":
        server.await_noted("%2F_jobs-quorum")
        server.await_noted("rabbit_stream_coordinator", "coordination")
    pid = server.pid
    server.kill()
    assert not alive(pid)
    server.start()
    if kind == "RabbitMQ":
        wait_until(lambda: stream_is_back("jobs-stream"), 60, "the stream to be readable again")
    kept = rows("Way | Kept\n" + both.run("python", "count.py", kind, timeout=90))
    return {way: int(number) for way, (number,) in kept.items()}


def test_what_each_way_keeps_when_its_server_is_killed(both, redis_server, rabbitmq, new_redis, captured):
    without = killed_and_counted(redis_server, "Redis", both)
    redis_server.stop()
    logging = new_redis(port=6379, args=["--appendonly", "yes"])
    with_log = killed_and_counted(logging, "Redis", both)
    broker = killed_and_counted(rabbitmq, "RabbitMQ", both)
    assert set(without.values()) == {0}
    assert with_log == {"Redis Pub/Sub": 0, "Redis list": 200, "Redis stream": 200}
    assert set(broker.values()) == {200}
    lines = ["Way | Server | Answered | Left after kill -9"]
    lines += [f"{way} | without persistence | 200 | {left}" for way, left in without.items()]
    lines += [f"{way} | `appendonly yes` | 200 | {left}" for way, left in with_log.items()]
    lines += [f"{way} | as installed | 200 | {left}" for way, left in broker.items()]
    captured(f"{PAGE}/killed_server.table", "\n".join(lines) + "\n")


def test_full_redis_refuses_and_a_full_broker_makes_the_sender_wait(terminal, both, redis_server, rabbitmq):
    try:
        terminal(f"{PAGE}/full.console")
    finally:
        rabbitmq.ctl("set_vm_memory_high_watermark", "0.6")
    assert redis_server.client().llen("jobs") > 2, "what had been accepted is still there"
    # The message that nobody confirmed may be in the queue: both happen.
    assert rabbitmq.queue_depth("jobs-quorum") in (200, 201)


def test_redis_refuses_a_job_without_evicting_only_by_default(redis_server):
    assert redis_server.client().config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    assert redis_server.client().config_get("maxmemory") == {"maxmemory": "0"}


def test_worker_that_renews_its_entry_keeps_it_for_longer_than_the_idle_time(run_script, redis_server):
    run_script(f"{PAGE}/renew.py")
    assert redis_server.client().xpending("jobs", "team")["pending"] == 0


def test_renewing_does_not_take_back_what_another_worker_has_claimed(run_script, redis_server):
    renew = run_script(f"{PAGE}/renew.py")["RENEW"]
    client = redis_server.client()
    entry = client.xadd("jobs", {"order": 18})
    client.xreadgroup("team", "anna", {"jobs": ">"})
    assert renew(keys=["jobs"], args=["team", "anna", entry], client=client) == 1
    client.xclaim("jobs", "team", "ben", 0, [entry])
    assert renew(keys=["jobs"], args=["team", "anna", entry], client=client) == 0
    assert client.xpending_range("jobs", "team", "-", "+", 1)[0]["consumer"] == "ben"
    client.xack("jobs", "team", entry)
    assert renew(keys=["jobs"], args=["team", "ben", entry], client=client) == 0, "done: nothing to renew"
