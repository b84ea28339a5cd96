"""What docs/redis/persistence.md promises."""

import os
import signal
import tempfile
from pathlib import Path

import pytest
import redis

from harness import ROOT, results
from harness.lab.servers.base import listening
from harness.process import alive, descendants, wait_until

PAGE = "redis/persistence"


@pytest.fixture
def client():
    made = redis.Redis(decode_responses=True)
    yield made
    made.close()


def started_pids(log: Path) -> list[int]:
    """Process ids of the servers that wrote `log`, in the order of their starts."""
    return [int(line.split(":")[0]) for line in log.read_text().splitlines() if "Server initialized" in line]


def first_server_was_killed(folder: Path) -> bool:
    """Whether the first server of the session is gone, without a shutdown that it could have used to save."""
    log = folder / "redis.log"
    return not alive(started_pids(log)[0]) and "User requested shutdown" not in log.read_text()


def rows(output: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in output.splitlines()]


def test_a_server_without_a_configuration_saves_snapshots_and_no_log(terminal, reader_server):
    terminal(f"{PAGE}/defaults.console")


def test_defaults_that_the_page_names(redis_server):
    names = ("auto-aof-rewrite-percentage", "auto-aof-rewrite-min-size", "aof-load-truncated")
    assert redis_server.client().config_get(*names, "stop-writes-on-bgsave-error") == {
        "auto-aof-rewrite-percentage": "100",
        "auto-aof-rewrite-min-size": str(64 * 1024 * 1024),
        "aof-load-truncated": "yes",
        "stop-writes-on-bgsave-error": "yes",
    }


def test_configuration_switches_log_and_snapshots_on(reader_server, client, loaded):
    reader_server.run("redis-server", "redis.conf")
    assert client.config_get("appendonly", "appendfsync", "save") == {
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "3600 1 300 100 60 10000",
    }
    client.set("order:1", "paid")
    assert (reader_server.path / "appendonlydir/appendonly.aof.1.incr.aof").stat().st_size > 0
    loaded(f"{PAGE}/redis.conf", "redis-server", client)


def test_kill_9_keeps_what_the_log_has_and_cannot_tell_fsync_modes_apart(reader_server, captured):
    output = reader_server.run("python", "kill_lab.py", timeout=60)
    kept = {(mode, how): int(count) for mode, how, count in rows(output)[1:]}
    assert kept == {
        ("nothing", "kill -9"): 0,
        ("snapshots", "kill -9"): 0,
        ("snapshots", "BGSAVE, 1000 more, kill -9"): 5000,
        ("snapshots", "SIGTERM"): 5000,
        ("log, fsync no", "kill -9"): 5000,
        ("log, fsync everysec", "kill -9"): 5000,
        ("log, fsync always", "kill -9"): 5000,
    }
    assert not listening(6390), "every server of the lab has ended"
    captured(f"{PAGE}/kill_lab.table", output)


def test_fsync_for_each_write_is_slower_than_once_a_second(redis_server, workspace, new_redis, captured):
    redis_server.stop()
    workspace.copy(PAGE)
    # The folders for temporary files are in memory during a test run, where fsync costs nothing; this one is on disk.
    on_disk = ROOT / results.OUTPUT
    on_disk.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=on_disk) as folder:
        server = new_redis(port=6379, data=Path(folder), args=["--appendonly", "yes"])
        output = workspace.run("python", "fsync_cost.py")
        server.close()
    took = {policy: float(cost.removesuffix(" ms")) for policy, cost in rows(output)[1:]}
    assert took["always"] > took["everysec"]
    captured(f"{PAGE}/fsync_cost.table", output)


def test_rewrite_replaces_ten_thousand_increments_by_one_value(terminal, reader_server, client):
    terminal(f"{PAGE}/rewrite.console")
    assert client.get("visits") == "10000"
    base = reader_server.path / "appendonlydir/appendonly.aof.2.base.rdb"
    assert base.stat().st_size < 1000


def test_half_a_write_at_the_end_of_the_log_costs_that_write_only(terminal, reader_server, client):
    terminal(f"{PAGE}/truncated.console")
    assert first_server_was_killed(reader_server.path)
    assert client.dbsize() == 99
    assert client.get("order:99") == "paid"
    assert client.get("order:100") is None, "the one that was cut"


def test_server_refuses_a_log_damaged_in_the_middle_and_the_repair_drops_the_rest(terminal, reader_server, client):
    terminal(f"{PAGE}/damaged.console", fails=['redis-server redis.conf --daemonize no --logfile ""'])
    assert first_server_was_killed(reader_server.path)
    kept = client.dbsize()
    assert 0 < kept < 40, "the good writes behind the damage are gone too"
    assert {f"order:{number}" for number in range(1, kept + 1)} == set(client.keys())


def test_failing_snapshot_stops_writes_until_one_succeeds(terminal, reader_server, client):
    terminal(f"{PAGE}/disk_full.console")
    assert "File too large" in (reader_server.path / "redis.log").read_text()
    assert client.info("persistence")["rdb_last_bgsave_status"] == "ok"
    assert client.get("order:1") == "paid"


def test_full_disk_loses_a_write_that_the_log_could_not_take(terminal, reader_server, client):
    terminal(f"{PAGE}/log_disk_full.console")
    assert first_server_was_killed(reader_server.path)
    assert "Short write while writing to the AOF file" in (reader_server.path / "redis.log").read_text()
    assert client.dbsize() == 0


def test_server_exits_when_it_cannot_keep_the_promise_of_always(terminal, reader_server):
    too_large = r"head -c 100000 /dev/zero | tr '\0' x | redis-cli -x set photo:1"
    terminal(f"{PAGE}/always_disk_full.console", fails=[too_large])
    assert not alive(int((reader_server.path / "redis.log").read_text().split(":")[0]))


def test_backup_of_a_failed_snapshot_is_refused(reader_server):
    (reader_server.path / "data").mkdir()
    reader_server.run("redis-server", "redis.conf", "--appendonly", "no", "--dir", "data")
    reader_server.run("python", "save_orders.py")
    for file in (reader_server.path / "data").iterdir():
        file.rename(reader_server.path / file.name)  # its pid and log stay where the fixture looks for them
    (reader_server.path / "data").rmdir()
    assert "RuntimeError: the snapshot failed" in reader_server.run("python", "backup.py", status=1)
    assert not (reader_server.path / "backups").exists()


def test_backup_beside_an_empty_log_is_ignored(terminal, reader_server, client):
    terminal(f"{PAGE}/restore_wrong.console")
    assert client.dbsize() == 0
    restored = reader_server.path / "new/dump.rdb"
    backup = (reader_server.path / "backups/orders.rdb").read_bytes()
    assert restored.read_bytes() == backup
    client.set("order:1", "paid")
    client.save()
    assert restored.read_bytes() != backup, "the next snapshot replaces the one that was copied there"


def test_backup_is_loaded_first_and_the_log_switched_on_afterwards(terminal, reader_server, client):
    terminal(f"{PAGE}/restore_right.console")
    assert client.dbsize() == 100
    assert client.config_get("appendonly") == {"appendonly": "yes"}


def test_backup_during_a_rewrite_of_the_log_fails_instead_of_copying_the_old_snapshot(reader_server, client):
    reader_server.run("redis-server", "redis.conf")
    wait_until(lambda: listening(6379), 10, "the server")
    client.set("order:1", "paid")
    client.save()
    client.set("order:2", "paid")  # not in the snapshot
    client.config_set("rdb-key-save-delay", 1_000_000)  # microseconds for each key, so that the rewrite lasts
    client.bgrewriteaof()
    assert client.info("persistence")["aof_rewrite_in_progress"] == 1
    said = reader_server.run("python", "backup.py", status=1)
    assert "rewriting in progress" in said.lower() or "AOF" in said
    assert not (reader_server.path / "backups").exists()


def test_order_is_on_the_disk_when_waitaof_says_so(run_script, reader_server, client):
    reader_server.run("redis-server", "redis.conf")
    wait_until(lambda: listening(6379), 10, "Redis to listen")
    if "waitaof" not in client.execute_command("COMMAND LIST"):
        pytest.skip("this server does not know WAITAOF")
    run_script(f"{PAGE}/wait_for_disk.py")
    client.config_set("appendonly", "no")
    with pytest.raises(redis.exceptions.ResponseError) as refused:
        client.waitaof(1, 0, 1000)
    assert str(refused.value) == "WAITAOF cannot be used when numlocal is set but appendonly is disabled."


def test_copy_of_the_append_only_file_waits_for_a_rewrite_and_can_be_loaded(reader_server, client, new_redis):
    reader_server.run("redis-server", "redis.conf")
    wait_until(lambda: listening(6379), 10, "Redis to listen")
    for number in range(10):
        client.set(f"order:{number}", "paid")
    client.config_set("rdb-key-save-delay", 200_000)  # microseconds for each key, so that there is time to freeze it
    client.bgrewriteaof()
    [child] = descendants(client.info("server")["process_id"])
    os.kill(child, signal.SIGSTOP)
    assert client.info("persistence")["aof_rewrite_in_progress"] == 1
    copying = reader_server.start("python", "copy_aof.py")
    wait_until(lambda: "info" in [each["cmd"] for each in client.client_list()], 20, "the program to see the rewrite")
    os.kill(child, signal.SIGCONT)
    written = 0
    while copying.returncode is None:  # writes go on during the copy
        written = client.incr("orders")
    assert copying.output() == "copied\n"
    assert client.config_get("auto-aof-rewrite-percentage") == {"auto-aof-rewrite-percentage": "100"}
    [copy] = (reader_server.path / "backups").iterdir()
    folder = copy.parent / "restored"
    folder.mkdir()
    copy.rename(folder / "appendonlydir")
    restored = new_redis(port=6391, data=folder, args=("--appendonly", "yes")).client()
    assert restored.exists(*(f"order:{number}" for number in range(10))) == 10
    assert 0 < int(restored.get("orders")) <= written
