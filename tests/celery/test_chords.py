"""What docs/celery/chords.md promises."""

import pytest

from harness.process import wait_until
from harness.proof.runners.tables import Cell, table

PAGE = "celery/chords"
OPTIONS = ("worker", "-c", "2", "--loglevel=INFO", "--without-mingle", "--without-gossip")
PATIENCE = 60  # seconds
pytestmark = pytest.mark.timeout(240)

# A chord of three, whose second part meets what the row says. RESULTS names the backend, and the queue.
FATES = """
import os
import signal
import sys
import time

from celery import Celery, chord
from celery.exceptions import Ignore, Reject

results = os.environ["RESULTS"]
app = Celery("fates", broker=os.environ["BROKER_URL"], backend=results)
app.conf.task_default_queue = results.split(":")[0].split("+")[0]
app.conf.result_expires = 3600


def note(*words):
    with open(f"{app.conf.task_default_queue}.txt", "a") as notes:
        print(*words, file=notes, flush=True)


@app.task
def fine():
    return 1


@app.task
def raises():
    raise ValueError("no price for gold")


@app.task
def dies():
    os.kill(os.getpid(), signal.SIGKILL)


@app.task
def ignores():
    raise Ignore


@app.task
def rejects():
    raise Reject("no", requeue=False)


@app.task(ignore_result=True)
def silent():
    return 1


@app.task
def holds():
    note("holds")
    while not os.path.exists("go"):
        time.sleep(0.02)
    return 1


@app.task(acks_late=True)
def holds_late():
    return holds()


@app.task
def last(parts, name):
    note("last", name, len(parts))


@app.task
def failed(request, error, traceback, name):
    note("failed", name)


def send(name, part):
    chord([fine.s(), part, fine.s()], last.s(name).on_error(failed.s(name)))()
"""
SEND = """
from fates import *

send("raises", raises.s())
send("dies", dies.s())
send("ignores", ignores.s())
send("rejects", rejects.s())
send("silent", silent.s())
send("expired", fine.s().set(expires=-1))
send("lost", fine.s().set(queue="lost"))
send("last of all", fine.s())
"""
FATE = {
    "raises": "raises an exception",
    "dies": "loses its process to `kill -9`",
    "expired": "expires before it starts",
    "rejects": "raises `Reject(requeue=False)`",
    "ignores": "raises `Ignore()`",
    "silent": "has `ignore_result=True`",
    "lost": "is lost as a message",
    "holds": "runs when the whole worker is killed",
    "holds_late": "the same, with `acks_late`",
}


def test_bill_with_a_lost_part_is_finished_by_the_next_round(terminal, shop):
    terminal(f"{PAGE}/lost.console", timeout=90)


@pytest.fixture
def bills(shop, redis_server):
    """`bills("start('7', ['tea'])")` runs code with the recipe; there is no worker, and rounds have no length."""
    shop.store = redis_server.client(db=2, decode_responses=True)
    shop.queue = redis_server.client(decode_responses=True)

    def run(code: str) -> str:
        return shop.run("python", "-c", f"from bills import *; import bills; bills.ROUND = 0; {code}")

    shop.bills = run
    return shop


def test_recipe_survives_each_loss(bills):
    """Nothing was sent, each message is lost, each task runs twice, the last message is lost: the total is right."""
    bills.bills("send_missing = lambda bill: None; bills.send_missing = send_missing; start('7', ['tea', 'tea'])")
    assert bills.queue.llen("celery") == 0
    bills.bills("catch_up()")
    assert bills.queue.llen("celery") == 2
    bills.queue.delete("celery")
    bills.bills("price('7', '1', 'tea'); price('7', '1', 'tea'); catch_up()")
    assert bills.queue.llen("celery") == 1, "the part that is missing"
    assert not bills.store.exists("bill:7:total")
    bills.bills("price('7', '0', 'tea')")
    assert bills.queue.llen("celery") == 2, "and the last task"
    bills.queue.delete("celery")
    bills.bills("catch_up(); total('7'); total('7'); price('7', '0', 'tea'); catch_up()")
    assert bills.queue.llen("celery") == 1, "the last task alone"
    assert bills.store.get("bill:7:total") == "900"
    assert bills.store.zcard("bills:open") == bills.store.hlen("bills:tries") == 0
    assert all(bills.store.ttl(key) > 0 for key in bills.store.keys("bill:*"))


def test_bill_that_can_never_succeed_is_given_up(bills):
    bills.bills("start('8', ['gold']); [catch_up() for _ in range(11)]")
    assert bills.queue.llen("celery") == 1 + 10
    assert bills.store.smembers("bills:failed") == {"8"}
    assert not bills.store.exists("bills:open", "bills:tries")


def notes(space, backend: str) -> list[str]:
    file = space.path / f"{backend}.txt"
    return file.read_text().splitlines() if file.exists() else []


def test_what_ends_a_chord_and_what_does_not(workspace, redis_server, rabbitmq, captured):
    (workspace.path / "fates.py").write_text(FATES)
    backends = {"redis": "redis://localhost:6379/1", "db": "db+sqlite:///results.db"}

    def environment(backend: str, broker: str) -> dict[str, str]:
        return {"RESULTS": backends[backend], "BROKER_URL": broker}

    def start(broker: str) -> dict:
        workers = {
            backend: workspace.start(
                "celery", "-A", "fates", *OPTIONS, "-n", f"{backend}@here", env=environment(backend, broker)
            )
            for backend in backends
        }
        for worker in workers.values():
            worker.wait_for("ready", timeout=PATIENCE)
        return workers

    redis_url, rabbitmq_url = "redis://localhost:6379/0", "amqp://guest:guest@localhost:5672//"
    workers = start(redis_url)
    for backend in backends:
        workspace.run("python", "-c", SEND, env=environment(backend, redis_url))
    redis_server.client().delete("lost")
    for backend, worker in workers.items():
        wanted = {"failed raises", "failed dies", "failed rejects", "failed expired", "last last of all 3"}
        wait_until(lambda b=backend, w=wanted: w <= set(notes(workspace, b)), PATIENCE, f"chords of {backend} to end")
        worker.wait_for(r"Task fates.ignores\[[^]]+\] ignored", PATIENCE)
        worker.wait_for(r"Task fates.silent\[[^]]+\] succeeded", PATIENCE)
    wait_until(lambda: "last silent 3" in notes(workspace, "redis"), PATIENCE, "the part without a result to count")
    before = workers["db"].output().count("retry: Retry in")
    workers["db"].wait_for("retry: Retry in", count=before + 4)  # it polls for those that are not finished
    assert "chord_unlock" not in workers["redis"].output()
    for worker in workers.values():
        worker.kill()

    # On RabbitMQ, which notices at once that a worker is dead.
    workers = start(rabbitmq_url)
    for backend in backends:
        code = "from fates import *; send('holds', holds.s()); send('holds_late', holds_late.s())"
        workspace.run("python", "-c", code, env=environment(backend, rabbitmq_url))
        wait_until(lambda b=backend: notes(workspace, b).count("holds") == 2, PATIENCE, "both parts to begin")
    for worker in workers.values():
        worker.kill()
    (workspace.path / "go").touch()
    workers = start(rabbitmq_url)
    for backend, worker in workers.items():
        wait_until(
            lambda b=backend: "last holds_late 3" in notes(workspace, b), PATIENCE, "the late part to be counted"
        )
        assert notes(workspace, backend).count("holds") == 3, "the early part did not run again"
        worker.kill()

    def cell(backend: str, name: str) -> Cell:
        said = [line for line in notes(workspace, backend) if line in (f"last {name} 3", f"failed {name}")]
        assert len(said) <= 1, said
        if not said:
            return Cell("never ends")
        return Cell("fails, errback called" if said[0].startswith("failed") else "runs")

    rows = [(what, *(cell(backend, name) for backend in backends)) for name, what in FATE.items()]
    captured(
        f"{PAGE}/fates.table", table(["One part …", "Last task, results in Redis", "Results in a database"], *rows)
    )


def test_database_backend_asks_every_second_for_a_chord_that_never_ends(terminal, shop):
    terminal(f"{PAGE}/unlock.console", timeout=90)


def test_ten_thousand_articles_in_a_hundred_messages(terminal, shop):
    worker = shop.start("celery", "-A", "shop", *OPTIONS)
    worker.wait_for("ready", timeout=PATIENCE)
    terminal(f"{PAGE}/chunked.console", timeout=120)
    assert worker.stop() == 0


SIZES = """
import sys
from celery import chord, group
from shop import price, price_many, total

kind, count = sys.argv[1], int(sys.argv[2])
articles = ["tea"] * count
parts = group(price.s(article) for article in articles)
{
    "chord": lambda: chord(parts, total.s()),
    "group, then group": lambda: parts | total.s() | group(price.si(article) for article in articles),
    "chunks of 100": lambda: chord([price_many.s(articles[i : i + 100]) for i in range(0, count, 100)], total.s()),
}[kind]()()
"""


def test_message_of_a_group_holds_everything_that_comes_after_it(shop, redis_server, captured):
    queue = redis_server.client()
    rows, sizes = [], {}
    for kind in ("chord", "group, then group", "chunks of 100"):
        cells = []
        for count in (10, 100, 400):
            queue.delete("celery")
            shop.run("python", "-c", SIZES, kind, str(count), timeout=PATIENCE)
            messages = queue.lrange("celery", 0, -1)
            sizes[kind, count] = len(messages), sum(map(len, messages))
            # An id more or less, or a longer time stamp, must not change what is shown.
            kilobytes = float(f"{sum(map(len, messages)) / 1000:.2g}")
            cells.append(Cell(f"{len(messages)} messages, {kilobytes:,.0f} kB"))
        rows.append((kind, *cells))
    assert sizes["chord", 400][1] < 5 * sizes["chord", 100][1]
    assert 1_200 < sizes["chord", 400][1] / 400 < 1_400, "about 13 MB for 10,000"
    assert 28e9 < sizes["group, then group", 400][1] * (10_000 / 400) ** 2 < 34e9, "about 30 GB for 10,000"
    assert sizes["group, then group", 400][1] > 10 * sizes["group, then group", 100][1], "with the square"
    captured(f"{PAGE}/sizes.table", table(["First step", "10 items", "100 items", "400 items"], *rows))
