"""What docs/celery/brokers.md promises."""

import contextlib
import re
import socket
import threading
from collections.abc import Iterator

import pytest
from celery import Celery
from kombu.transport.redis import Channel

from harness.process import wait_until
from harness.proof.runners.tables import Cell, Label, table

PAGE = "celery/brokers"
pytestmark = pytest.mark.usefixtures("fresh_connections")
URLS = {"Redis": "redis://localhost:6379/0", "RabbitMQ": "amqp://guest:guest@localhost:5672//"}
OPTIONS = ("worker", "-c", "1", "--loglevel=INFO", "--without-mingle", "--without-gossip")
PATIENCE = 60  # seconds


def test_delayed_tasks_fill_the_prefetch_of_a_worker_on_rabbitmq(shop, redis_server, rabbitmq, captured):
    with Celery("test", broker=URLS["RabbitMQ"]) as app, app.connection() as connection:
        connection.connect()
        if not connection.qos_semantics_matches_spec:
            pytest.skip("this RabbitMQ still has a limit for the channel, which Celery raises")
    cells, reserved = [], []
    for broker, url in URLS.items():
        env = {"BROKER_URL": url}
        worker = shop.start("celery", "-A", "shop", *OPTIONS, env=env)
        worker.wait_for("ready", timeout=PATIENCE)
        shop.run("python", "remind.py", env=env)
        worker.wait_for("received", count=5 if broker == "Redis" else 4, timeout=PATIENCE)
        with Celery("test", broker=url) as app:
            inspect = app.control.inspect(timeout=10, limit=1)
            [stats] = inspect.stats().values()
            [held] = inspect.scheduled().values()
        reserved.append(Cell(str(stats["prefetch_count"])))
        cells.append(Cell("runs at once" if "reminder for Amina" in worker.output() else "waits"))
        assert len(held) == 4
        if broker == "RabbitMQ":
            told = [
                line.split() for line in rabbitmq.ctl("list_consumers", "queue_name", "prefetch_count").splitlines()
            ]
            applied = dict(told)["celery"]
            rabbitmq.await_queue("celery", 1, 4, PATIENCE)
        worker.kill()
    assert cells == [Cell("runs at once"), Cell("waits")]
    rows = [
        (Label("`inspect stats`, after four tasks with `countdown=3600`"), *reserved),
        (Label("the limit that the broker applies"), Label("none"), Cell(applied)),
        (Label("a fifth task, without a countdown"), *cells),
    ]
    captured(f"{PAGE}/delayed.table", table(("A worker with `-c 1`", "Redis", "RabbitMQ"), *rows))


def test_worker_does_not_start_on_a_cluster(shop, new_redis, captured):
    server = new_redis(port=6390, args=["--cluster-enabled", "yes"])
    with server.client(decode_responses=True) as client:
        client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        wait_until(lambda: "ok" in str(client.cluster("INFO")), PATIENCE, "the cluster to serve all slots")
        wait_until(
            lambda: "cluster_state:ok" in client.eval("return redis.call('CLUSTER', 'INFO')", 0),
            PATIENCE,
            "the cluster",
        )
    worker = shop.start("celery", "-A", "shop", *OPTIONS, env={"BROKER_URL": "redis://localhost:6390/0"})
    said = worker.wait_for("Unrecoverable error: .*", timeout=PATIENCE)
    worker.wait_for("Keys in request don't hash to the same slot")
    [line] = re.findall("Unrecoverable error: .*", said)
    captured(f"{PAGE}/cluster.txt", line + "\n")
    assert worker.wait(PATIENCE) != 0


@contextlib.contextmanager
def route(port: int, target: int) -> Iterator[threading.Event]:
    """Forward `port` to `target`. Once the event is set, connections made before it get no byte and no end."""
    lost = threading.Event()

    def pump(source: socket.socket, sink: socket.socket, late: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if late or not lost.is_set():
                    sink.sendall(data)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, late = listener.accept()[0], lost.is_set()
                server = socket.create_connection(("localhost", target))
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=pump, args=(*ends, late), daemon=True).start()

    with socket.create_server(("localhost", port)) as listener:
        threading.Thread(target=accept, daemon=True).start()
        yield lost


def test_worker_leaves_a_half_open_connection(shop, redis_server):
    with route(6391, 6379) as lost:
        worker = shop.start("celery", "-A", "half_open", *OPTIONS, env={"BROKER_URL": "redis://localhost:6391/0"})
        worker.wait_for("ready", timeout=PATIENCE)
        lost.set()
        worker.wait_for("Redis BRPOP got no reply for [0-9]+ seconds; dropping stale connection", timeout=PATIENCE)
        shop.run("python", "remind.py")
        worker.wait_for("reminder for Amina", timeout=PATIENCE)
        worker.kill()
    # What a killed worker executed is not measured.
    assert (
        shop.run("python", "-c", "from half_open import app; from shop import remind; remind('Chen')")
        == "reminder for Chen\n"
    )


def test_defaults_of_the_transport():
    assert Channel.health_check_interval == 25
    assert Channel.socket_keepalive is None
    assert Channel.socket_timeout is None
