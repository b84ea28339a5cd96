"""What docs/compare/measured.md promises: orders that hold on any machine, never a time."""

import tempfile
from pathlib import Path

import pytest

from harness import ROOT, results

PAGE = "compare/measured"
pytestmark = pytest.mark.timeout(300)


def medians(text: str) -> dict[str, float]:
    """A table of ratios without its head: first cell -> the median."""
    lines = [line.split(" | ") for line in text.splitlines()[1:]]
    return {cells[0]: float(next(cell for cell in cells[1:] if " ×" in cell).split()[0]) for cells in lines}


def test_waiting_for_the_disk_and_for_each_answer_costs_most(workspace, new_redis, new_rabbitmq, captured):
    workspace.copy(PAGE)
    on_disk = ROOT / results.OUTPUT  # the folders of a test run are in memory, where fsync costs nothing
    on_disk.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=on_disk) as folder:
        (log := Path(folder, "redis")).mkdir()
        server = new_redis(port=6390, data=log)
        broker = new_rabbitmq(port=5673, nodename="disk@localhost", plugins=(), data=Path(folder, "rabbitmq"))
        table = workspace.run("python", "throughput.py", "6390", "5673", timeout=240)
        for one in (server, broker):
            one.kill()
            one.close()
    rate = medians(table)
    of_redis = {name: value for name, value in rate.items() if name.startswith("Redis")}
    assert min(of_redis, key=of_redis.__getitem__) == "Redis, log, `always`"
    assert rate["Redis, no log, in a pipeline"] > 3 * rate["Redis, no log"]
    for confirmed in ("classic, transient", "classic, persistent", "quorum", "stream"):
        assert rate[confirmed] < rate["classic, no confirms"]
    assert rate["quorum"] == 1.0
    captured(f"{PAGE}/throughput.table", table)


def test_message_reaches_a_waiting_reader_soonest_when_nothing_is_stored(both, captured):
    table = both.run("python", "latency.py", timeout=240)
    middle = medians(table)
    assert middle["Redis Pub/Sub"] == 1.0
    assert middle["RabbitMQ quorum queue"] > middle["Redis Pub/Sub"]
    assert middle["RabbitMQ classic queue"] > middle["Redis Pub/Sub"]
    captured(f"{PAGE}/latency.table", table)


def test_every_waiting_byte_is_in_the_memory_of_redis_and_none_of_a_stream_in_rabbitmqs(both, captured):
    table = both.run("python", "memory.py", timeout=240)
    used = medians(table)
    assert used["Redis list"] >= 1.0
    assert used["Redis stream"] >= 1.0
    assert used["RabbitMQ quorum queue"] > used["RabbitMQ stream"]
    assert used["RabbitMQ stream"] < 1.0, "a stream is on disk"
    captured(f"{PAGE}/memory.table", table)


def test_quorum_queues_move_messages_out_of_memory_when_half_a_gigabyte_is_in_their_log(rabbitmq):
    size = rabbitmq.eval("maps:get(wal_max_size_bytes, ra_system:fetch(quorum_queues))")
    assert int(size) == 512 * 1024 * 1024
