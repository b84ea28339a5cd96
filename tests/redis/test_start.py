"""What docs/redis/start.md promises."""

import shutil
import time
from pathlib import Path

import pytest
import redis

from harness import ROOT

PAGE = "redis/start"


def test_strings_and_hashes_are_stored_and_missing_keys_are_none(run_script, redis_server):
    run_script("redis/start/hello.py")
    assert redis_server.client().hgetall("user:2") == {"name": "Amina B.", "email": "amina@example.com"}


def test_server_says_what_it_is(run_script, redis_server):
    names = run_script("redis/start/which_server.py")
    assert names["info"]["redis_version"] == redis_server.version
    assert names["info"].get("server_name", "redis") == "redis"


def test_redis_cli_session_shows_what_a_person_sees(terminal, redis_server):
    terminal("redis/start/first_keys.redis")
    assert redis_server.client().type("greeting") == "string", "the refused HSET changed nothing"


def test_without_decoding_text_fields_are_not_found(run_script, redis_server):
    names = run_script("redis/start/bytes_everywhere.py")
    assert names["user"].get("name") is None
    assert names["user"][b"name"] == b"Amina"


def test_with_decoding_text_fields_are_found(run_script, redis_server):
    assert run_script("redis/start/text_everywhere.py")["user"]["name"] == "Amina"


def test_client_is_refused_when_the_server_is_down(run_script, redis_server):
    redis_server.stop()
    began = time.monotonic()
    run_script("redis/start/server_down.py")
    at_once = time.monotonic() - began
    began = time.monotonic()
    run_script("redis/start/server_down_default.py")
    assert time.monotonic() - began > 2 * at_once, "the default client went on trying"


def test_default_client_retries_ten_times():
    retry = redis.Redis().connection_pool.connection_kwargs["retry"]
    assert retry._retries == 10


def test_configuration_is_honoured_by_the_server(terminal, reader_server, loaded):
    terminal("redis/start/start_server.console")
    client = redis.Redis(decode_responses=True)
    assert client.config_get("bind") == {"bind": "127.0.0.1"}
    assert client.config_get("appendonly") == {"appendonly": "yes"}
    assert Path(client.config_get("dir")["dir"]) == reader_server.path
    loaded("redis/start/redis.conf", "redis-server", client)
    client.close()


def test_redis_serves_only_loopback(terminal, reader_server):
    terminal("redis/start/start_server.console")
    listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    addresses = {entry[1] for entry in listening if entry[3] == "0A" and entry[1].endswith(":18EB")}
    assert addresses == {"0100007F:18EB"}, "127.0.0.1:6379 and nothing else"


@pytest.mark.parametrize("installer", ["install", "install_uv"])
def test_packages_install_as_published(shell, workspace, installer):
    shell(f"redis/start/{installer}.sh", timeout=90)
    found = workspace.run(".venv/bin/python", "-c", "import redis, hiredis; print(redis.__version__)")
    assert found.strip() == redis.__version__


@pytest.mark.parametrize(
    ("session", "kept"),
    [("redis/start/killed_with_log.console", 100), ("redis/start/killed_without_log.console", 0)],
)
def test_orders_after_kill_depend_on_the_append_only_file(terminal, reader_server, session, kept):
    seen: list[int] = []

    def pid() -> int:
        return int((reader_server.path / "redis.pid").read_text())

    terminal(session, fails=["redis-cli dbsize"] if kept else ())
    seen.append(pid())
    client = redis.Redis()
    assert client.dbsize() == kept
    # The drill killed the first server: the one that answers now is another process.
    assert client.info("server")["process_id"] == seen[0]
    log = (reader_server.path / "redis.log").read_text()
    started = [line.split(":")[0] for line in log.splitlines() if "Server initialized" in line]
    assert len(started) == 2
    assert started[1] == str(seen[0])
    assert not Path(f"/proc/{started[0]}").exists(), "the killed server is gone"
    assert "User requested shutdown" not in log, "it was killed, not asked to stop"
    client.close()


def test_second_drill_needs_log_and_snapshot_of_the_first_to_be_removed(terminal, reader_server):
    terminal("redis/start/killed_with_log.console", fails=["redis-cli dbsize"])
    reader_server.run("redis-cli", "shutdown")
    reader_server.run("redis-server", "redis.conf", "--appendonly", "no")
    with redis.Redis() as client:
        assert client.dbsize() == 100, "they come back from the snapshot that the orderly shutdown saved"
    reader_server.run("redis-cli", "shutdown")
    shutil.rmtree(reader_server.path / "appendonlydir")
    (reader_server.path / "dump.rdb").unlink()
    terminal("redis/start/killed_without_log.console")


FEATURES = {
    "Functions: FUNCTION LOAD": "function|load",
    "Sharded Pub/Sub: SSUBSCRIBE": "ssubscribe",
    "Size of an intersection: SINTERCARD": "sintercard",
    "Wait for the disk: WAITAOF": "waitaof",
    "Expiry of a field of a hash: HEXPIRE": "hexpire",
    "Set fields and expiry at once: HSETEX": "hsetex",
    "Vector sets: VADD": "vadd",
    "JSON documents: JSON.SET (a module)": "json.set",
    "Search: FT.SEARCH (a module)": "ft.search",
    "Bloom filters: BF.ADD (a module)": "bf.add",
}


def test_table_of_features_is_what_each_server_answers(redis_server, workspace, captured, provision):
    """Each lane checks the column of its own server; together they check the table."""
    if not provision.ours:
        pytest.skip("the columns are those of Debian's packages; official images have more modules")
    table = "redis/start/features.table"
    head, *rows = [line.split(" | ") for line in (ROOT / "snippets" / table).read_text().splitlines()]
    version = "Redis " + ".".join(redis_server.version.split(".")[:2])
    assert version in head, f"{version} needs a column in {table}"
    assert [row[0] for row in rows] == list(FEATURES)
    for row in rows:
        known = workspace.run("redis-cli", "command", "docs", FEATURES[row[0]]).strip()  # nothing, if it does not know
        row[head.index(version)] = "yes" if known else "no"
    captured(table, "\n".join(" | ".join(row) for row in [head, *rows]) + "\n")
