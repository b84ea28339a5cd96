"""What docs/celery/testing.md promises."""

import pytest

from harness.proof.runners.tables import Cell, Label, table

PAGE = "celery/testing"
RABBITMQ = {"BROKER_URL": "amqp://guest:guest@localhost:5672//"}
pytestmark = pytest.mark.timeout(300)  # steps may take 90 s each where the machine is busy
# How each job ends that is called in three ways: one line a way.
ENDING = """
from celery.exceptions import TimeoutError
from coupons import send_coupon
from shop import Basket, app, pack, send_receipt

mail = [1001, "amina@example.com"]
cases = [
    (send_receipt, [Basket(1), "amina@example.com"], {}),
    (pack, [3], {}),
    (send_coupon, ["amina@example.com"], {}),
    (send_receipt, mail, {"queue": "mial"}),
    (send_receipt, mail, {"countdown": 3600}),
    (send_receipt, [1001], {}),
]

def ending(way, task, args, options):
    app.conf.task_always_eager = way == "eager"
    try:
        job = task.apply(args) if way == "apply" else task.apply_async(args, **options)
        job.get(timeout=2)
        return "passes"
    except TimeoutError:
        return "not done"
    except Exception as error:
        return type(error).__name__

for way in ("apply", "eager", "real"):
    print(*(ending(way, *case) for case in cases), sep="|")
"""
CASES = (
    "an object as an argument",
    "an object as a result",
    "a module that the worker does not import",
    "a misspelled queue",
    "`countdown=3600`",
    "an argument is missing",
)
# Puts three messages into each broker; asks another process how many wait there, and takes them: two lines.
QUEUE = """
import subprocess, sys
from celery import Celery

counts, orders = [], []
urls = sys.argv[2:]
connections = [Celery(broker=url).connection() for url in urls]
queues = [connection.SimpleQueue("jobs") for connection in connections]
if sys.argv[1] == "look":
    print(*(queue.qsize() for queue in queues), sep="|")
else:
    for queue in queues:
        for priority in (0, 9, 5):
            queue.put({"priority": priority}, priority=priority)
    # The script itself once more: `python -c SCRIPT look URL …`
    again = [*sys.orig_argv[:-len(urls) - 1], "look", *urls]
    print(subprocess.check_output([sys.executable, *again[1:]], text=True).strip())
    for queue in queues:
        taken = [queue.get(timeout=10) for _ in range(3)]
        for message in taken:
            message.ack()
        orders.append(", ".join(str(message.payload["priority"]) for message in taken))
    print(*orders, sep="|")
"""


@pytest.fixture(scope="class")
def folder(together):
    together.copy(PAGE)
    together.env["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # pytest as the reader has it, not ours
    return together


@pytest.mark.usefixtures("folder")
class TestReadersTests:
    def test_function_retries_and_schedule_are_tested_without_a_broker(self, play, brokers, folder, loaded):
        brokers.redis.kill()
        assert not brokers.redis.running
        try:
            play(f"{PAGE}/function.console")
        finally:
            brokers.redis.start()
        # Quiet, as every session shows, where pytest finds the file by itself.
        assert " tests collected" in folder.run("pytest", "-c", "pytest.ini", "--collect-only", "test_function.py")
        loaded(f"{PAGE}/pytest.ini", "pytest", folder.last)

    def test_eager_mode_is_content_with_what_fails_on_a_worker(self, play, brokers):
        play(f"{PAGE}/eager.console")
        assert brokers.redis.client().keys("*") == [], "no broker was asked"
        play(f"{PAGE}/real.console", fails=["pytest test_sales.py"], timeout=90)
        assert brokers.redis.client().llen("mial") == 1, "a queue that no worker reads"

    def test_mock_is_content_with_what_celery_refuses(self, play):
        play(f"{PAGE}/careless_api.console")

    def test_job_of_the_view_is_looked_at_in_the_queue(self, play):
        play(f"{PAGE}/api.console")

    def test_fixture_starts_and_ends_a_real_worker(self, play):
        play(f"{PAGE}/worker.console", timeout=90)

    def test_fixtures_of_celery_run_a_worker_in_a_thread(self, play, brokers):
        brokers.redis.flush()
        play(f"{PAGE}/plugin.console", timeout=90)
        assert brokers.redis.client().llen("celery") == 0, "the second test's worker did the forgotten job"

    def test_each_way_of_calling_notices_something_else(self, folder, captured):
        worker = folder.start("celery", "-A", "shop", "worker", "--pool=solo", "--without-mingle", "--loglevel=INFO")
        worker.wait_for("ready", timeout=90)
        ways = [line.split("|") for line in folder.run("python", "-c", ENDING, timeout=90).splitlines()[:3]]
        rows = ["What | `.apply()` | eager `.delay()` | a real worker"]
        rows += [" | ".join(row) for row in zip(CASES, *ways, strict=True)]
        captured(f"{PAGE}/ways.table", "\n".join(rows) + "\n")
        assert worker.stop(timeout=90) == 0

    def test_same_tests_pass_on_rabbitmq(self, folder, captured):
        names = ("test_worker.py", "test_api.py")  # on Redis, the sessions above ran them
        said_of = {name: folder.run("pytest", name, env=RABBITMQ, timeout=90) for name in names}
        assert all("1 passed" in said for said in said_of.values())
        urls = ("memory://", "redis://localhost:6379/2", RABBITMQ["BROKER_URL"])
        said = folder.run("python", "-c", QUEUE, "put", *urls, timeout=90).splitlines()
        waiting, order = (line.split("|") for line in said)
        rows = [
            ("3 jobs sent: how many does another process see?", *map(Cell, waiting)),
            ("jobs with `priority` 0, 9, 5 come in the order", *map(Cell, order)),
        ]
        for name in names:
            passes = Cell("passes" if "1 passed" in said_of[name] else "fails")
            rows.append((f"`{name}` above", Label("not run"), Label("passes"), passes))
        captured(f"{PAGE}/brokers.table", table(("What", "`memory://`", "Redis", "RabbitMQ"), *rows))


def test_worker_that_does_not_come_up_fails_the_test_and_shows_its_log(workspace, redis_server):
    workspace.copy(PAGE)
    with (workspace.path / "shop.py").open("a") as shop:
        shop.write("import sys\nif 'worker' in sys.argv:\n    raise SystemExit('no SMTP_PASSWORD')\n")
    said = workspace.run(
        *("pytest", "--tb=short", "test_worker.py"), env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}, status=1, timeout=90
    )
    assert "no SMTP_PASSWORD" in said
    assert "1 error" in said
