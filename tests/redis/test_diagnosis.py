"""What docs/redis/diagnosis.md promises."""

import re
from pathlib import Path

import pytest
import redis

from harness.process import wait_until

PAGE = "redis/diagnosis"
SLOW = "local n = 0; for i = 1, 20000000 do n = n + i end; return n"
OVER = "Over client maxmemory after evicting all evictable clients"


@pytest.fixture
def trouble(redis_server, shop):
    """A shop with one slow script, one subscriber that does not read, one big key, and one that is read often."""
    admin = redis_server.client()
    for number in range(50):
        admin.set(f"user:{number}", "Amina")
    admin.set("page:/", "x" * 1_000_000)
    admin.rpush("jobs", *range(5000))
    admin.hset("cart:17", mapping={f"item:{number}": "x" * 100 for number in range(20_000)})
    admin.config_set("client-output-buffer-limit", "pubsub 0 0 0")
    dashboard = redis_server.client(client_name="dashboard").pubsub()
    dashboard.subscribe("pictures")
    assert dashboard.get_message(timeout=5)["type"] == "subscribe"
    assert admin.publish("pictures", "x" * 20_970_000) == 1
    admin.latency_reset()
    admin.slowlog_reset()
    admin.config_set("latency-monitor-threshold", 10)
    admin.config_set("slowlog-log-slower-than", 10_000)
    admin.eval(SLOW, 0)
    # What a busy machine delays from here on is not part of the page.
    admin.config_set("slowlog-log-slower-than", -1)
    admin.config_set("latency-monitor-threshold", 0)
    yield shop
    dashboard.close()


def test_one_script_finds_the_slow_command_the_slow_reader_and_the_big_key(trouble, terminal):
    terminal(f"{PAGE}/find_trouble.console")


def test_doctors_name_the_slow_log_and_the_client_buffers(trouble, terminal, redis_server):
    terminal(f"{PAGE}/doctors.console")
    client = redis_server.client()
    assert [worst > 10 for _, worst in client.latency_history("command")] == [True]
    with pytest.raises(NotImplementedError, match=r"LATENCY DOCTOR is intentionally not implemented in the client."):
        client.latency_doctor()
    with pytest.raises(NotImplementedError, match=r"MEMORY DOCTOR is intentionally not implemented in the client."):
        client.memory_doctor()


def test_big_and_hot_keys_are_found_by_redis_cli(trouble, terminal):
    terminal(f"{PAGE}/big_and_hot.console", fails=["redis-cli --hotkeys"])


def test_subscriber_that_does_not_read_is_disconnected_and_misses_messages(run_script, redis_server, captured):
    names = run_script(f"{PAGE}/slow_subscriber.py")
    assert names["published"] > names["received"], "messages were lost"
    logged = re.search("scheduled to be closed ASAP .*", redis_server.log.read_text(errors="replace"))
    captured(f"{PAGE}/slow_subscriber.log", logged[0] if logged else "nothing")
    statistics = redis_server.client().info("stats")
    assert statistics.get("client_output_buffer_limit_disconnections", 1) == 1, "Redis 7.0 does not count them"


def test_limits_that_the_page_names(redis_server):
    defaults = redis_server.client().config_get("client-output-buffer-limit", "maxmemory-clients", "tcp-backlog")
    assert defaults == {
        "client-output-buffer-limit": "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60",
        "maxmemory-clients": "0",
        "tcp-backlog": "511",
    }
    assert redis_server.client().config_get("disable-thp") == {"disable-thp": "yes"}


def test_unread_replies_evict_the_cache_unless_client_memory_is_limited(run_script, redis_server):
    run_script(f"{PAGE}/unread_replies.py")
    assert "Evicting client: id=" in redis_server.log.read_text(errors="replace")


def test_evicted_client_gets_a_connection_error_and_no_evict_protects_it(redis_server):
    admin = redis_server.client()
    admin.set("report", "x" * 100_000)
    admin.config_set("maxmemory-clients", "10mb")

    def ask(protected: str) -> redis.connection.AbstractConnection:
        connection = redis_server.client().connection_pool.get_connection()
        connection.send_command("CLIENT", "NO-EVICT", protected)
        assert connection.read_response() == "OK"
        connection.send_command("MGET", *["report"] * 400)
        return connection

    greedy = ask("off")
    wait_until(lambda: admin.info("stats")["evicted_clients"] == 1, 10, "the client to be evicted")
    with pytest.raises(redis.exceptions.ConnectionError):
        greedy.read_response()
    bystander = redis_server.client().connection_pool.get_connection()
    patient = ask("on")
    wait_until(lambda: OVER in redis_server.log.read_text(errors="replace"), 10, "the limit to be exceeded")
    with pytest.raises(redis.exceptions.ConnectionError):
        bystander.read_response()  # it was evicted, although it needs next to nothing
    assert len(patient.read_response()) == 400, "the protected client was not"
    for connection in (greedy, bystander, patient):
        connection.disconnect()


def may_raise_limits() -> bool:
    """Whether a process here may raise its own hard limit, as root may outside a container."""
    effective = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("CapEff"))
    return bool(int(effective.split()[1], 16) >> 24 & 1)  # CAP_SYS_RESOURCE


def test_server_lowers_maxclients_to_the_open_files_that_it_may_have(reader_server, terminal):
    if may_raise_limits():
        pytest.skip("this user may raise the limit of open files, so the server does")
    terminal(f"{PAGE}/host.console")
