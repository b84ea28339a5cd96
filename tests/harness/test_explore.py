"""The explorer proves itself: it finds what is known to be wrong, and notices an acknowledgement in the wrong place."""

from __future__ import annotations

import contextlib
import sqlite3

import pika
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from harness import HarnessError
from harness.lab.explore import FAULTS, Scenario, explore
from harness.lab.explore.scenarios import celery_worker, forbidden, full, full_queue, read_only, stopped_when, unbound
from harness.lab.explore.wire import Plan
from harness.proof.runners.workspace import Workspace
from harness.source import code_digest

# A worker with one effect per order: the list of what was sent. An order waits in `orders`, then in `taken`.
WORKER = """import sys
import redis

client = redis.Redis(decode_responses=True, socket_timeout=2)
while order := client.lindex("taken", 0) or client.lmove("orders", "taken", "LEFT", "RIGHT"):
    with client.pipeline(transaction=True) as both:
        both.sadd("sent", order)
        both.lrem("taken", 1, order)
        both.execute()
client.close()
"""
ORDERS = ["1", "2"]


@pytest.fixture
def world(redis_behind_proxy, tmp_path):
    """A folder, the server behind a proxy on the standard port, and a client that passes the proxy by."""
    space = Workspace(tmp_path / "shop", tmp_path / "logs", tmp_path / "coverage")
    yield space, redis_behind_proxy.proxy, redis_behind_proxy.direct
    space.close()


def scenario_of(world, text: str) -> Scenario:
    space, proxy, client = world
    (space.path / "worker.py").write_text(text)

    def prepare() -> None:
        client.flushall()
        client.rpush("orders", *ORDERS)

    def violations() -> list[str]:
        left = client.lrange("orders", 0, -1) + client.lrange("taken", 0, -1)
        lost = sorted(set(ORDERS) - client.smembers("sent") - set(left))
        return [f"lost: {', '.join(lost)}"] if lost else [f"not sent: {', '.join(left)}"] if left else []

    def recover() -> None:
        space.run("python", "worker.py", env={"GUIDE_MEASURE": ""})

    return Scenario(
        space, ["worker.py"], "worker.py", prepare, recover, violations, proxy=proxy, refuse=lambda: full(client)
    )


@pytest.mark.timeout(180)
def test_sound_worker_holds_its_promise_under_every_fault(world):
    report = explore(scenario_of(world, WORKER), sample=3)
    assert not report.broken, str(report)
    assert report.explored == dict.fromkeys(FAULTS, 3)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # The order leaves Redis before it is sent.
        ('client.lindex("taken", 0) or client.lmove("orders", "taken", "LEFT", "RIGHT")', 'client.lpop("orders")'),
        # The receipt comes first, by a call of its own.
        ("    with client", '    client.lrem("taken", 1, order)\n    with client'),
    ],
    ids=["taken too early", "acknowledged too early"],
)
def test_acknowledgement_in_the_wrong_place_is_noticed(world, old, new):
    assert old in WORKER
    report = explore(scenario_of(world, WORKER.replace(old, new)), ["kill"])
    assert report.broken, str(report)
    assert any(said == [f"lost: {ORDERS[0]}"] for said in report.broken.values()), str(report)


def test_program_that_breaks_its_promise_without_a_fault_is_refused(world):
    with pytest.raises(HarnessError, match=r"worker.py breaks its promise without any fault: lost: 1, 2"):
        explore(scenario_of(world, WORKER.replace('both.sadd("sent", order)', "pass")), ["kill"])


def test_point_that_is_not_reached_is_an_error(world):
    once = 'import os\nif os.path.exists("again"):\n    sys.exit()\nopen("again", "w").close()\n'
    text = WORKER.replace("import redis\n", f"import redis\n{once}")
    scenario = scenario_of(world, text)
    with pytest.raises(HarnessError, match="not reached: kill before line"):
        explore(scenario, ["kill"])


def test_refusal_comes_from_the_server_itself(world):
    _, proxy, client = world
    plan = proxy.arm(Plan("refusal", 2, lambda: full(client)))
    with redis.Redis(decode_responses=True) as through:
        through.set("a", 1)
        with pytest.raises(redis.exceptions.OutOfMemoryError, match="command not allowed when used memory"):
            through.set("b", 1)
        through.set("c", 1)
    assert plan.happened.is_set()
    assert plan.commands == ["SET", "SET", "SET"]
    assert sorted(client.keys()) == ["a", "c"]


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        (read_only, redis.exceptions.ReadOnlyError),
        (forbidden, redis.exceptions.NoPermissionError),
        (lambda client: forbidden(client, "-set"), redis.exceptions.NoPermissionError),
    ],
    ids=["a replica", "no writes permitted", "no SET permitted"],
)
def test_redis_refuses_one_command_and_accepts_the_next(world, refusal, error):
    _, proxy, client = world
    plan = proxy.arm(Plan("refusal", 1, lambda: refusal(client)))
    with redis.Redis(decode_responses=True) as through:
        with pytest.raises(error):
            through.set("b", 1)
        through.set("c", 1)
    assert plan.happened.is_set()
    assert client.keys() == ["c"]


def test_lost_answer_leaves_the_work_done(world):
    _, proxy, client = world
    plan = proxy.arm(Plan("lost answer", 1))
    with (
        redis.Redis(decode_responses=True, retry=Retry(NoBackoff(), 0)) as through,
        pytest.raises(redis.exceptions.ConnectionError),
    ):
        through.incr("charged")
    assert plan.happened.is_set()
    assert client.get("charged") == "1"


CONSUMER = """import sqlite3
import pika

database = sqlite3.connect("sent.db", timeout=5)
database.execute("CREATE TABLE IF NOT EXISTS sent (number TEXT)")
with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
    channel = connection.channel()
    while True:
        method, _, body = channel.basic_get("orders", auto_ack=False)
        if method is None:
            break
        with database:
            database.execute("INSERT INTO sent VALUES (?)", (body.decode(),))
        channel.basic_ack(method.delivery_tag)
"""


@pytest.fixture
def consumer(rabbitmq_behind_proxy, tmp_path):
    """`consumer(text)`: a scenario with a broker behind a proxy on the standard port."""
    space = Workspace(tmp_path / "shop", tmp_path / "logs", tmp_path / "coverage")

    def sent() -> list[str]:
        with contextlib.closing(sqlite3.connect(space.path / "sent.db", timeout=5)) as database:
            return [number for (number,) in database.execute("SELECT number FROM sent")]

    def prepare() -> None:
        (space.path / "sent.db").unlink(missing_ok=True)
        with contextlib.closing(rabbitmq_behind_proxy.direct.channel()) as channel:
            channel.queue_delete("orders")
            channel.queue_declare("orders", durable=True, arguments={"x-queue-type": "quorum"})
            channel.confirm_delivery()
            for order in ORDERS:
                channel.basic_publish("", "orders", order)

    def violations() -> list[str]:
        return [f"lost: {order}" for order in ORDERS if order not in sent()]

    def make(text: str) -> Scenario:
        (space.path / "worker.py").write_text(text)
        recover = lambda: space.run("python", "worker.py", env={"GUIDE_MEASURE": ""})  # noqa: E731
        proxy = rabbitmq_behind_proxy.proxy
        return Scenario(space, ["worker.py"], "worker.py", prepare, recover, violations, proxy=proxy)

    yield make
    space.close()
    assert rabbitmq_behind_proxy.server.running


@pytest.mark.timeout(180)
def test_consumer_of_rabbitmq_is_explored_at_lines_and_at_commands(consumer):
    report = explore(consumer(CONSUMER), ["kill", "cut", "lost answer"], sample=3)
    assert not report.broken, str(report)
    assert report.explored == {"kill": 3, "cut": 3, "lost answer": 3}
    too_early = CONSUMER.replace("auto_ack=False", "auto_ack=True").replace(
        "        channel.basic_ack(method.delivery_tag)\n", ""
    )
    report = explore(consumer(too_early), ["lost answer"])
    assert any("basic.get" in point.what for point in report.broken), str(report)


@pytest.fixture
def publishing(rabbitmq_behind_proxy):
    """`publishing(refusal)`: publish two orders with confirms; the broker refuses the first."""
    behind = rabbitmq_behind_proxy
    with contextlib.closing(behind.direct.channel()) as channel:
        channel.queue_declare("orders", durable=True, arguments={"x-queue-type": "quorum"})
        channel.queue_bind("orders", "amq.direct", "order")

    def publish(refusal, error) -> None:
        with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as through:
            channel = through.channel()
            channel.confirm_delivery()
            plan = behind.proxy.arm(Plan("refusal", 1, refusal))
            with pytest.raises(error):
                channel.basic_publish("amq.direct", "order", b"1", mandatory=True)
            channel.basic_publish("amq.direct", "order", b"2", mandatory=True)
            assert plan.happened.is_set()
        assert behind.server.queue_depth("orders") == 1

    return publish


def test_full_queue_nacks_one_message_and_accepts_the_next(publishing, rabbitmq_behind_proxy):
    behind = rabbitmq_behind_proxy
    publishing(lambda: full_queue(behind.server, behind.direct, "orders"), pika.exceptions.NackError)


def test_unbound_queue_returns_one_message_and_gets_the_next(publishing, rabbitmq_behind_proxy):
    refusal = lambda: unbound(rabbitmq_behind_proxy.direct, "orders", "amq.direct", "order")  # noqa: E731
    publishing(refusal, pika.exceptions.UnroutableError)


def test_worker_that_never_ends_is_stopped_when_its_work_is_done(world):
    space, _, client = world
    (space.path / "endless.py").write_text(
        "import time, redis\nredis.Redis().set('done', 1)\nwhile True:\n    time.sleep(0.1)\n"
    )
    process = space.start("python", "endless.py")
    stopped_when(lambda: client.exists("done") == 1, "the work to be done")(process)
    assert process.returncode == -15


# Celery acknowledges a task before it runs, unless it is told otherwise.
TASKS = """import redis
from celery import Celery

app = Celery("tasks", broker="redis://localhost:6379/0")
sent = redis.Redis(port=6390, db=3)


@app.task
def send(order: str) -> None:
    sent.incr(order)
"""


@pytest.mark.timeout(60)
def test_worker_of_celery_that_is_killed_loses_the_task_it_has_acknowledged(redis_behind_proxy, tmp_path):
    client = redis_behind_proxy.direct
    space = Workspace(tmp_path / "shop", tmp_path / "logs", tmp_path / "coverage")
    (space.path / "tasks.py").write_text(TASKS)
    sent = redis_behind_proxy.server.client(db=3, decode_responses=True)

    def prepare() -> None:
        client.flushall()
        space.run("python", "-c", "from tasks import send; send.delay('order-17')", env={"GUIDE_MEASURE": ""})

    finish = stopped_when(lambda: sent.get("order-17") is not None, "the order to be sent")

    def recover() -> None:
        worker = space.start("python", *celery_worker("tasks", "--loglevel", "INFO"), env={"GUIDE_MEASURE": ""})
        worker.wait_for("ready")
        worker.stop()

    def violations() -> list[str]:
        return [] if sent.get("order-17") else ["lost: order-17"]

    scenario = Scenario(space, celery_worker("tasks"), "tasks.py", prepare, recover, violations, finish=finish)
    with contextlib.closing(sent):
        report = explore(scenario, ["kill"], only=lambda point: point.what == "sent.incr(order)")
    assert list(report.broken.values()) == [["lost: order-17"]], str(report)
    space.close()


def test_digest_ignores_comments_docstrings_and_layout():
    code = 'def pay():\n    """Pay once."""\n    return 1  # euro\n'
    assert code_digest(code) == code_digest("def pay():\n\n    return 1\n")
    assert code_digest(code) != code_digest(code.replace("1", "2"))
