"""What docs/start/upgrading.md promises: which server takes which data, and how messages and settings move.

A run has the servers of one lane. So `data/` holds what each version wrote: three keys of Redis, and three messages
each in a quorum and a classic queue of RabbitMQ. Each lane fills the column of its own server.
"""

import re
import shutil
import tarfile
from contextlib import closing
from pathlib import Path

import pika
import pytest
import redis

from harness import ROOT
from harness.lab.servers import RabbitMQ, Redis
from harness.lab.servers.base import ServerError
from harness.proof.runners.tables import Cell, table

PAGE = "start/upgrading"
DATA = Path(__file__).parent / "data"
REFUSALS = (
    r"Can't handle RDB format version \d+",
    r"`\w+`: required feature flag not enabled!",
    r"schema_integrity_check_failed",
)


def refusal(log: str) -> str:
    """The words in the log of a server that did not start which say why."""
    found = next((match for text in REFUSALS if (match := re.search(text, log))), None)
    assert found, log
    return found[0]


def column(table: str, server: str, cells: dict[str, str]) -> str:
    """The table with the cells of one server's column replaced: row -> cell."""
    head, *rows = [line.split(" | ") for line in (ROOT / "snippets" / table).read_text().splitlines()]
    (index,) = [number for number, title in enumerate(head) if title.endswith(server)]
    assert [row[0] for row in rows] == list(cells)
    for row in rows:
        row[index] = cells[row[0]]
    return "\n".join(" | ".join(row) for row in [head, *rows]) + "\n"


def of(server: Redis | RabbitMQ) -> str:
    return f"{server.name} {'.'.join(map(str, server.release))}"


def test_client_behaves_as_before_redis_py_8(run_script, redis_server):
    client = run_script(f"{PAGE}/as_before.py")["r"]
    connection = client.connection_pool.make_connection()
    found = connection.protocol, connection.socket_timeout, connection.socket_connect_timeout
    assert found == (2, None, None)
    assert connection.retry.get_retries() == 3
    unset = redis.Redis().connection_pool.make_connection()
    found = unset.protocol, unset.socket_timeout, unset.socket_connect_timeout, unset.retry.get_retries()
    assert found == (3, 5, 5, 10), "the last row of the table"
    assert redis.Redis.from_url("redis://localhost").connection_pool.make_connection().retry.get_retries() == 0


def test_newer_redis_reads_the_older_file_and_not_the_other_way_round(new_redis, redis_server, tmp_path, captured):
    cells = {}
    for written in ("7.0", "8.0"):
        folder = tmp_path / written
        folder.mkdir()
        shutil.copy(DATA / f"redis-{written}.rdb", folder / "dump.rdb")
        before = (folder / "dump.rdb").read_bytes()
        try:
            server = new_redis(6380, data=folder)
        except ServerError as error:
            cells[f"Redis {written}"] = refusal(str(error))
            assert (folder / "dump.rdb").read_bytes() == before, "it is left as it was"
        else:
            with server.client(decode_responses=True) as client:
                assert client.get("greeting") == "hello"
                assert client.hgetall("order:1") == {"item": "tea", "count": "2"}
                cells[f"Redis {written}"] = f"{client.dbsize()} keys"
            server.close()
    captured(f"{PAGE}/redis_files.table", column(f"{PAGE}/redis_files.table", of(redis_server), cells))


@pytest.mark.own_servers("starts brokers on data that others wrote")
def test_broker_refuses_the_data_of_a_version_without_its_feature_flags(rabbitmq, captured):
    cells, lines = {}, {}
    for written in ("3.10", "4.0"):
        folder = Path(f"/tmp/rabbitmq-{written}")  # 3.10 notes the path of its quorum queues in its files
        with tarfile.open(DATA / f"rabbitmq-{written}.tar.xz") as archive:
            archive.extractall(folder, filter="data")
        # A node of the same name beside the other one: it asks a name service of its own.
        with closing(RabbitMQ(5673, data=folder, epmd_port=4370)) as broker:
            try:
                broker.start()
            except ServerError:
                log = broker.log.read_text()
                cells[f"RabbitMQ {written}"] = refusal(log)
                lines[written] = [line for line in log.splitlines() if "required feature flag" in line]
            else:
                waiting = {name: broker.queue_depth(name) for name in ("orders", "emails")}
                assert waiting == {"orders": 3, "emails": 3}
                cells[f"RabbitMQ {written}"] = f"{sum(waiting.values())} messages"
        shutil.rmtree(folder)
    captured(f"{PAGE}/rabbitmq_data.table", column(f"{PAGE}/rabbitmq_data.table", of(rabbitmq), cells))
    if rabbitmq.release >= (4, 3):
        captured(f"{PAGE}/refused.log", "\n".join(lines["3.10"]) + "\n")


def test_shovel_moves_what_waits_on_the_old_broker_to_the_new_one(workspace, terminal, rabbitmq, new_rabbitmq, loaded):
    workspace.copy(PAGE)
    workspace.env.update(rabbitmq.tool_environment())
    green = new_rabbitmq(5673, nodename="green@localhost", plugins=("management", "shovel", "shovel_management"))
    session = terminal(f"{PAGE}/blue_green.console", timeout=90)
    loaded(f"{PAGE}/drain.json", "rabbitmqctl set_parameter shovel", session)
    assert (rabbitmq.queue_depth("orders"), green.queue_depth("orders")) == (0, 120)
    assert green.api("GET", "queues/%2F/orders")["type"] == "quorum", "from the definitions"
    with pika.BlockingConnection(pika.ConnectionParameters("localhost", 5673)) as connection:
        channel = connection.channel()
        bodies = [channel.basic_get("orders", auto_ack=True)[2].decode() for _ in range(120)]
    assert bodies[:20] == [f"order {n}" for n in range(20)], "the new ones came first"
    assert bodies[20:] == [f"order {n}" for n in range(100)]


WORKERS = {
    "no option": ("before_the_fix",),
    "`--without-mingle --without-gossip`": ("before_the_fix", "--without-mingle", "--without-gossip"),
    "both, and `worker_enable_remote_control = False`": ("stop_gap", "--without-mingle", "--without-gossip"),
}
DENIED = "Feature `transient_nonexcl_queues` is deprecated"


def test_worker_with_the_queues_of_an_older_celery_needs_three_settings(workspace, rabbitmq, captured):
    workspace.copy(PAGE)
    worker = ("worker", "-l", "INFO", "-P", "solo")
    started = {
        name: workspace.start("celery", "-A", module, *worker, "-n", f"w{number}", *options)
        for number, (name, (module, *options)) in enumerate(WORKERS.items())
    }
    said = {}
    for name, each in started.items():
        output = each.wait_for(rf"{DENIED}|w\d ready", 60)
        said[name] = DENIED if DENIED in output else "ready"
    loop = started["no option"]
    permitted = said["no option"] == "ready"
    assert list(said.values()) == (["ready"] * 3 if permitted else [DENIED, DENIED, "ready"])
    if rabbitmq.release >= (4, 3):
        assert not permitted
        loop.wait_for("Frequent restarts detected", 60)
        lines = loop.output().splitlines()
        first = next(number for number, line in enumerate(lines) if DENIED in line)
        captured(f"{PAGE}/mingle.log", "\n".join(lines[first - 1 : first + 1]) + "\n")
        cells = [(name, Cell(text)) for name, text in said.items()]
        captured(f"{PAGE}/stop_gap.table", table(["Options of the worker", "What it says"], *cells))
    *others, last = started.values()
    for each in others:
        each.kill()
    workspace.run("python", "-c", "from before_the_fix import greet; greet.delay('Amina')")
    last.wait_for("succeeded", 60)
    last.stop()
