"""What docs/redis/stream-groups.md promises."""

import os
import signal
import threading

import pytest

from harness.process import wait_until

PAGE = "redis/stream_groups"


@pytest.fixture
def renderers(shop):
    """The reader's folder, with the worker of the page about streams."""
    shop.copy("redis/pubsub_and_streams/stream_worker.py")
    return shop


def deliver(client, consumer, count):
    return client.xreadgroup("mailers", consumer, {"orders": ">"}, count=count)


def test_state_of_a_group_is_printed_with_its_dead_consumers(terminal, shop, redis_server):
    client = redis_server.client()
    client.xgroup_create("orders", "mailers", id="0", mkstream=True)
    for number in range(10):
        client.xadd("orders", {"number": number})
    deliver(client, "pod-1", 3)
    deliver(client, "pod-2", 1)
    client.xgroup_createconsumer("orders", "mailers", "pod-3")
    wait_until(
        lambda: len(client.xpending_range("orders", "mailers", "-", "+", 10, idle=500)) == 4, 10, "entries to be idle"
    )
    terminal(f"{PAGE}/group_health.console")


def test_lag_is_unknown_after_a_deletion_and_can_be_counted(run_script, redis_server):
    names = run_script(f"{PAGE}/lag.py")
    assert names["lag"]() is None
    assert redis_server.client().xlen("orders") == 9


def test_trimming_lowers_the_lag_except_on_redis_7_0(redis_server):
    client = redis_server.client()
    for number in range(10):
        client.xadd("orders", {"number": number})
    client.xgroup_create("orders", "mailers", id="0")
    deliver(client, "pod-1", 5)
    client.xtrim("orders", maxlen=2, approximate=False)
    [group] = client.xinfo_groups("orders")
    knows_inactive = "inactive" in client.xinfo_consumers("orders", "mailers")[0]  # Redis 7.0 does not
    assert group["lag"] == (2 if knows_inactive else 5)


def test_deleting_a_consumer_forgets_its_entries_until_they_are_forced_back(run_script, redis_server):
    run_script(f"{PAGE}/lost_entries.py")
    pending = redis_server.client().xpending("refunds", "mailers")
    assert pending["consumers"] == [{"name": "pod-2", "pending": 1}]


def test_only_idle_consumers_with_nothing_pending_are_removed(run_script, redis_server):
    client = redis_server.client()
    client.xadd("orders", {"number": 17})
    client.xgroup_create("orders", "mailers", id="0")
    deliver(client, "pod-1", 1)
    client.xgroup_createconsumer("orders", "mailers", "pod-2")
    remove_dead = run_script(f"{PAGE}/remove_dead.py")["remove_dead"]
    wait_until(lambda: min(c["idle"] for c in client.xinfo_consumers("orders", "mailers")) > 1, 10, "both to be idle")
    assert remove_dead(client, "orders", "mailers", 0) == ["pod-2"]
    assert client.xpending("orders", "mailers")["pending"] == 1


def test_worker_that_waits_survives_the_removal_of_its_name(run_script, redis_server):
    client = redis_server.client()
    client.xgroup_create("orders", "mailers", id="0", mkstream=True)
    received = []
    waiting = redis_server.client(socket_timeout=20)
    thread = threading.Thread(
        target=lambda: received.append(waiting.xreadgroup("mailers", "pod-1", {"orders": ">"}, block=10_000))
    )
    thread.start()
    wait_until(lambda: client.info("clients")["blocked_clients"] == 1, 10, "the worker to wait")
    client.xgroup_createconsumer("orders", "mailers", "pod-1")  # Redis 7.0 has the name only after the first entry
    assert client.xgroup_delconsumer("orders", "mailers", "pod-1") == 0
    entry = client.xadd("orders", {"number": 17})
    thread.join()
    [[_, [(received_id, _)]]] = received[0]
    assert received_id == entry
    assert client.xpending("orders", "mailers")["consumers"] == [{"name": "pod-1", "pending": 1}]


def test_long_task_keeps_its_entry_and_loses_it_when_the_worker_is_killed(terminal, renderers, redis_server):
    terminal(f"{PAGE}/render.console")
    assert "part 30" not in (renderers.path / "anna.log").read_text(), "it was killed before"
    [pending] = redis_server.client().xpending_range("videos", "team", "-", "+", 1)
    assert pending["times_delivered"] == 2, "renewing does not count as a delivery"


def test_worker_that_was_frozen_learns_that_it_lost_the_entry(renderers, redis_server):
    client = redis_server.client()
    client.xadd("videos", {"title": "Holidays", "parts": 4})
    anna = renderers.start("python", "render.py", "anna")
    anna.wait_for("part 1")
    os.kill(anna.pid, signal.SIGSTOP)
    ben = renderers.start("python", "render.py", "ben")
    ben.wait_for("part 1")
    [pending] = client.xpending_range("videos", "team", "-", "+", 1)
    assert pending["consumer"] == "ben"
    os.kill(anna.pid, signal.SIGCONT)
    anna.wait_for("another worker has it")
    assert ben.wait() == 0
    assert "part 4" in ben.output()


def test_claim_is_given_up_after_its_limit_and_kept_while_redis_refuses(renderers, redis_server):
    client = redis_server.client()
    client.set("refused", "not a stream")
    client.xgroup_create("videos", "team", id="0", mkstream=True)
    entry = client.xadd("videos", {"title": "Holidays"})
    client.xreadgroup("team", "anna", {"videos": ">"})
    (renderers.path / "limits.py").write_text(
        "import logging, redis\n"
        "from lease import renewed\n"
        "logging.basicConfig(format='%(message)s')\n"
        "r = redis.Redis(decode_responses=True)\n"
        f"with renewed(r, 'videos', 'team', 'anna', '{entry}', idle_ms=300, at_most=0) as lost:\n"
        "    print(lost.wait(10))\n"
        f"with renewed(r, 'refused', 'team', 'anna', '{entry}', idle_ms=300, at_most=60) as lost:\n"
        "    print(lost.wait(1))\n"
    )
    said = renderers.run("python", "limits.py")
    assert said.count("takes longer than 0 s") == 1
    assert "WRONGTYPE" in said
    assert [line for line in said.splitlines() if line in ("True", "False")] == ["True", "False"]
