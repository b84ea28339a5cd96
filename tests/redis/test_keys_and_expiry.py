"""What docs/redis/keys-and-expiry.md promises."""

import os
import signal
from pathlib import Path

import pytest
import redis

from harness.process import alive, wait_until


def needs(server, command: str, version: str) -> None:
    """Skip on a server that lacks `command`, which Redis got in `version`."""
    if not server.client().command_list(pattern=command.lower()):
        pytest.skip(f"needs {command} (Redis {version} or newer)")


def test_names_with_a_prefix_are_found_by_it(run_script, redis_server):
    run_script("redis/keys_and_expiry/names.py")
    assert redis_server.client().ttl("shop:login-code:1") in (299, 300)


def test_ttl_tells_a_missing_key_from_one_without_expiry(terminal, redis_server):
    terminal("redis/keys_and_expiry/ttl.redis")
    assert redis_server.client().pttl("login-code:1") == -1


def test_set_writes_value_and_expiry_in_one_step(run_script, redis_server):
    run_script("redis/keys_and_expiry/set_options.py")
    assert 3590 < redis_server.client().ttl("welcome-sent:1") <= 3600


def test_expire_with_conditions_only_lengthens(run_script, redis_server):
    run_script("redis/keys_and_expiry/expire_options.py")


def test_plain_set_makes_a_session_immortal(run_script, redis_server):
    run_script("redis/keys_and_expiry/set_drops_ttl.py")
    assert redis_server.client().ttl("session:1") == -1


def test_keepttl_keeps_the_expiry(run_script, redis_server):
    run_script("redis/keys_and_expiry/set_keeps_ttl.py")
    client = redis_server.client()
    assert 3590 < client.ttl("session:1") <= 3600
    client.rename("session:1", "session:2")
    assert 3590 < client.ttl("session:2") <= 3600, "RENAME takes the expiry along"


def test_hash_fields_expire_one_by_one(run_script, redis_server):
    client = redis_server.client()
    if not client.command_list(pattern="hexpire"):
        with pytest.raises(redis.ResponseError, match="unknown command 'HEXPIRE'"):
            client.hexpire("user:1", 10, "login-code")
    needs(redis_server, "HEXPIRE", "7.4")
    run_script("redis/keys_and_expiry/field_expiry.py")
    client.hpexpire("user:1", 30, "login-code")
    wait_until(lambda: client.hgetall("user:1") == {"name": "Amina"}, 5, "the field to expire, the rest to stay")


def test_fields_are_written_with_expiry_and_lengthened_when_read(run_script, redis_server):
    needs(redis_server, "HGETEX", "8.0")
    run_script("redis/keys_and_expiry/field_get_and_expire.py")


def test_keys_is_in_the_slow_log_and_scan_is_not(run_script, redis_server):
    run_script("redis/keys_and_expiry/keys_or_scan.py")
    client = redis_server.client()
    assert client.dbsize() == 200_001
    assert client.config_get("slowlog-log-slower-than") == {"slowlog-log-slower-than": "10000"}
    slow = {entry["command"]: entry["duration"] for entry in client.slowlog_get(500)}
    if b"KEYS user:*" in slow:  # on a busy machine many slow SCANs may have pushed it out since the script saw it
        assert slow[b"KEYS user:*"] > 2000, "microseconds in which nobody else was served"


def test_scan_names_every_key_that_was_there_throughout(run_script, redis_server):
    names = run_script("redis/keys_and_expiry/scan_while_writing.py")
    assert names["seen"] == {f"parcel:{n}" for n in range(1000)}


def test_keys_without_expiry_are_found_and_given_one(run_script, redis_server):
    run_script("redis/keys_and_expiry/without_expiry.py")


def test_unlink_holds_the_server_for_less_time_than_del(run_script, redis_server):
    run_script("redis/keys_and_expiry/unlink.py")
    assert redis_server.client().exists("visitors:may", "visitors:june") == 0


def test_expiry_event_reaches_listeners_only(run_script, redis_server):
    assert redis_server.client().config_get("notify-keyspace-events") == {"notify-keyspace-events": ""}
    run_script("redis/keys_and_expiry/notifications.py")
    assert redis_server.client().info("stats")["expired_keys"] == 2, "both expired, one was announced"


def test_expired_keys_leave_memory_although_nobody_asks_for_them(redis_server):
    client = redis_server.client()
    client.mset({f"code:{n}": "4711" for n in range(100)})
    for n in range(100):
        client.pexpire(f"code:{n}", 20)
    wait_until(lambda: client.dbsize() == 0, 10, "the active expiry")


def test_flushall_in_one_database_empties_all(run_script, redis_server):
    assert redis_server.client().config_get("databases") == {"databases": "16"}
    run_script("redis/keys_and_expiry/databases.py")
    assert redis_server.client().dbsize() == 0


def test_only_keys_of_the_own_prefix_are_deleted(run_script, redis_server):
    run_script("redis/keys_and_expiry/own_prefix.py")


def test_expiry_of_zero_is_refused_and_in_the_past_deletes(run_script, redis_server):
    run_script("redis/keys_and_expiry/bad_expiry.py")


def test_time_goes_on_while_the_server_is_dead(terminal, workspace, redis_server):
    redis_server.stop()
    workspace.copy("redis/start/redis.conf")
    log = workspace.path / "redis.log"
    try:
        terminal("redis/keys_and_expiry/killed.console")
        text = log.read_text()
        started = [line.split(":")[0] for line in text.splitlines() if "Server initialized" in line]
        assert len(started) == 2
        assert not Path(f"/proc/{started[0]}").exists(), "the killed server is gone"
        assert "User requested shutdown" not in text, "it was killed, not asked to stop"
        client = redis.Redis(decode_responses=True)
        assert client.get("login-code:1") is None
        assert 3500 < client.ttl("session:1") < 3599, "the two seconds without a server count"
        client.close()
    finally:
        pid = int((workspace.path / "redis.pid").read_text())
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not alive(pid), 10, "the reader's server to end")


def test_gt_leaves_an_endless_key_endless(redis_server):
    client = redis_server.client()
    client.set("cart:1", "tea")
    assert client.expire("cart:1", 60, gt=True) is False
    assert client.ttl("cart:1") == -1
