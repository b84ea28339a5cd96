"""What docs/celery/retries-and-idempotency.md promises."""

import inspect
from collections import Counter
from pathlib import Path

import pytest
import redis
from celery import Celery
from celery.app.autoretry import add_autoretry_behaviour

from harness import ROOT
from harness.lab.explore import Scenario
from harness.lab.explore.scenarios import full
from harness.lab.explore.wire import CommandProxy
from harness.process import alive, wait_until
from harness.proof.runners.tables import Cell, Label, table

PAGE = "celery/retries_and_idempotency"
INCLUDE = "--include=choosy,payments,receipt,careless,watched,receipts"
# One process: with two, a second attempt may begin before the first one's handlers were called.
WORKER = ("celery", "-A", "tasks", "worker", INCLUDE, "--concurrency=1", "--loglevel=INFO", "--without-mingle")
SOLO = ("--pool=solo", "--loglevel=INFO", "--without-mingle")
RABBITMQ = {"BROKER_URL": "amqp://guest:guest@localhost:5672//"}
REDIS = {"BROKER_URL": "redis://localhost:6379/0"}


def attempts(folder, who: str) -> int:
    return len((folder / f"{who}.txt").read_text().splitlines())


@pytest.mark.usefixtures("worker")
class TestWithOneWorker:
    def test_failed_job_is_tried_again_with_growing_gaps_and_a_last_time(self, play, together, worker):
        play(f"{PAGE}/send.console")
        assert attempts(together.path, "Bilal") == 3, "the first and two more"
        assert attempts(together.path, "Chen") == 1
        assert "Retry in 1s: ConnectionError('the mail server does not answer')" in worker.output()
        assert "Retry in 2s: ConnectionError" in worker.output()

    def test_each_kind_of_failure_ends_as_the_task_says(self, play, together, worker, brokers):
        play(f"{PAGE}/choose.console")
        log = worker.output()
        assert "raised unexpected: ValueError" in log
        assert "raised expected: NoSuchCustomer" in log, "and at level INFO, without a traceback"
        assert attempts(together.path, "label") == 1, "rejected, and gone for good"
        assert brokers.redis.client().llen("celery") == 0

    def test_handlers_of_the_class_hear_of_each_retry_and_of_the_last_failure(self, play, together):
        (together.path / "told.txt").unlink(missing_ok=True)
        play(f"{PAGE}/watched.console")

    def test_payment_and_receipt_happen_once_however_often_they_are_asked_for(self, play, together, brokers):
        play(f"{PAGE}/pay.console")
        assert (together.path / "sent.txt").read_text() == "receipt for order-1001\n"
        claims = redis.Redis(db=2)
        assert claims.get("receipt:order-1001") == b"sent"
        assert 604_000 < claims.ttl("receipt:order-1001") <= 604_800

    def test_retry_of_everything_repeats_a_payment_for_a_programming_error(self, play, together):
        play(f"{PAGE}/careless.console")
        assert attempts(together.path, "payments") == 4

    def test_number_given_to_retry_is_kept_for_the_next_automatic_retry_of_the_process(self, play, together):
        play(f"{PAGE}/kept.console")
        assert attempts(together.path, "careless-order-1001") == attempts(together.path, "careful-order-1001") == 2
        assert attempts(together.path, "careless-order-1002") == 6, "of another job, whose task has max_retries=1"
        assert attempts(together.path, "careful-order-1002") == 2


def test_on_failure_is_not_called_when_the_process_died_and_the_signal_is(terminal, shop):
    terminal(f"{PAGE}/import_one.console")
    wait_until(lambda: not alive(int((shop.path / "worker.pid").read_text())), 30, "the worker to end")
    assert (shop.path / "told.txt").read_text() == "task_failure of photos.import_photo: WorkerLostError\n"
    # The process that ran the task was killed and measured nothing: here its line ends.
    assert shop.run("python", "-c", "import photos; photos.os.kill = print; photos.import_photo('a')").endswith("9\n")


def test_jitter_draws_from_zero_to_the_whole_gap(run_script):
    run_script(f"{PAGE}/jitter.py")


def test_rejected_job_is_kept_in_a_queue_of_its_own(terminal, workspace, rabbitmq, redis_server, captured):
    workspace.copy(PAGE)
    terminal(f"{PAGE}/dead_letters.console")
    wait_until(lambda: not alive(int((workspace.path / "worker.pid").read_text())), 30, "the worker to end")
    deliveries = attempts(workspace.path, "photos")
    assert deliveries == 4, "the first delivery and three more"

    (workspace.path / "photos.txt").unlink()
    worker = workspace.start("celery", "-A", "dead_letters", "worker", *SOLO, env=REDIS)
    worker.wait_for("ready")
    queue = redis_server.client()
    workspace.run("python", "-c", "from dead_letters import print_label; print_label.delay(1001)", env=REDIS)
    worker.wait_for(r"dead_letters.print_label\[.*received")
    wait_until(lambda: not queue.exists("labels", "unacked"), 30, "the label to be rejected")
    gone = Cell("kept" if queue.exists("labels", "unacked") else "gone")
    workspace.run("python", "-c", "from dead_letters import print_photo; print_photo.delay(1001)", env=REDIS)
    wait_until(lambda: attempts(workspace.path, "photos") > 20, 30, "the photo to come back and back")
    worker.kill()
    rows = [
        ("`Reject(requeue=False)`", gone, Label("dead-lettered")),
        (
            "`Reject(requeue=True)` each time",
            Label("came back more than 20 times"),
            Cell(f"{deliveries} deliveries, then dead-lettered"),
        ),
    ]

    worker = workspace.start("celery", "-A", "tasks", "worker", *SOLO, env=RABBITMQ)
    worker.wait_for("ready")
    shown = (ROOT / f"snippets/{PAGE}/send.console").read_text()  # what the worker on Redis did
    assert workspace.run("python", "send.py", env=RABBITMQ) == shown.partition("\n")[2]
    assert worker.stop() == 0
    apart = "3 attempts, 1 s and 2 s apart"
    rows.append(("`autoretry_for`, two failures", Label(apart), Label(apart)))
    captured(f"{PAGE}/brokers.table", table(("What", "Redis", "RabbitMQ"), *rows))


def test_retries_have_these_defaults():
    task = Celery("test").Task
    assert task.max_retries == 3
    assert task.default_retry_delay == 180
    assert not task.acks_late
    source = inspect.getsource(add_autoretry_behaviour)
    assert "'retry_jitter', True" in source
    assert "'retry_backoff_max', 600" in source
    assert "int(max(1.0, retry_backoff))" in source, "whole seconds from 1 up"


FRAGILE = """
import os
import time

from celery import Celery

app = Celery("fragile", broker="redis://localhost:6379/0")
app.conf.task_ignore_result = True


@app.task(bind=True, acks_late=True, max_retries=3)
def work(self):
    open("begun", "w").close()
    while not os.path.exists("go"):
        time.sleep(0.05)
    raise self.retry(countdown=0)
"""


def refuses_transactions(full: redis.Redis) -> bool:
    """Whether a full Redis refuses each command of a transaction, also one that takes no memory, as 7.0 does."""
    with full.pipeline(transaction=True) as both:
        both.hdel("nothing", "at all")
        try:
            both.execute()
        except redis.ResponseError:
            return True
    return False


def test_retry_that_cannot_be_sent_loses_the_task_although_it_acknowledges_late(workspace, redis_server):
    (workspace.path / "fragile.py").write_text(FRAGILE)
    worker = workspace.start("celery", "-A", "fragile", "worker", "-c", "1", "--loglevel=INFO", "--without-mingle")
    worker.wait_for("ready")
    workspace.run("python", "-c", "from fragile import work; work.delay()")
    wait_until((workspace.path / "begun").exists, 30, "the task to begin")
    queue = redis_server.client()
    assert queue.hlen("unacked") == 1
    queue.config_set("maxmemory", 1)  # full, and nothing may be evicted: Redis refuses the new message
    (workspace.path / "go").touch()
    worker.wait_for("command not allowed when used memory", timeout=60)
    if refuses_transactions(queue):  # so the rejection fails, too, and the message stays with the worker
        worker.kill()
        queue.config_set("maxmemory", 0)
        assert (queue.llen("celery"), queue.hlen("unacked")) == (0, 1)
        return
    wait_until(lambda: queue.hlen("unacked") == 0, 30, "the message to be rejected")
    queue.config_set("maxmemory", 0)
    assert queue.llen("celery") == 0, "neither waiting nor held: lost"
    worker.kill()


# One attempt, as a worker makes it; Celery would make the next one later.
ATTEMPT = "from receipt import send_receipt\n\nprint(send_receipt.run('order-1001'))\n"


@pytest.fixture
def receipt(workspace, redis_server, new_redis):
    """A scenario: one attempt to send a receipt, with its Redis behind a proxy on the standard port."""
    workspace.copy(PAGE)
    (workspace.path / "attempt.py").write_text(ATTEMPT)
    redis_server.stop()
    server = new_redis(port=6390)
    sent: Path = workspace.path / "sent.txt"
    with CommandProxy(6379, 6390, "redis") as proxy, server.client(db=2, decode_responses=True) as client:

        def prepare() -> None:
            client.flushall()
            client.script_flush()
            sent.unlink(missing_ok=True)

        def recover() -> None:
            """The next attempts: one while the claim may last, and one after it."""
            claim = client.get("receipt:order-1001")
            again = workspace.start("python", "attempt.py", env={"GUIDE_MEASURE": ""})
            again.wait()
            busy = claim not in (None, "sent")
            assert ("receipt.Busy: order-1001" in again.output()) == busy, again.output()
            if busy:
                assert 0 < client.ttl("receipt:order-1001") <= 120
                client.delete("receipt:order-1001")  # its time is over
                workspace.run("python", "attempt.py", env={"GUIDE_MEASURE": ""})

        def count() -> int:
            return sent.read_text().count("receipt for order-1001\n") if sent.exists() else 0

        def violations() -> list[str]:
            noted = client.get("receipt:order-1001")
            return [f"sent {count()} times, noted: {noted}"] if count() not in (1, 2) or noted != "sent" else []

        def notes() -> list[str]:
            return ["sent twice"] if count() == 2 else []

        yield Scenario(
            *(workspace, ["attempt.py"], "receipt.py", prepare, recover, violations),
            proxy=proxy, refuse=lambda: full(client), notes=notes,
        )  # fmt: skip


@pytest.mark.timeout(300)
def test_receipt_is_sent_whatever_fails_and_seldom_twice(receipt, explored):
    report = explored(f"{PAGE}/receipt.py", receipt)
    assert report.explored
    assert report.noted <= Counter({"sent twice": 20}), str(report)


def test_failed_send_gives_its_claim_back_and_a_lost_answer_does_not_count_as_sent(receipt):
    receipt.prepare()
    fails = "import receipt\ndef full(key): raise OSError('full')\nreceipt.deliver = full\n"
    fails += "try: receipt.send_receipt.run('order-1001')\nexcept OSError: print('failed')"
    assert receipt.workspace.run("python", "-c", fails) == "failed\n"
    assert receipt.workspace.run("python", "attempt.py") == "receipt for order-1001 sent\n"
    assert receipt.workspace.run("python", "attempt.py") == "was sent before\n"
    taken = "import receipt\nreceipt.claims.set('receipt:order-1001', 'claimed by another worker')\n"
    taken += "try: receipt.send_receipt.run('order-1001')\nexcept receipt.Busy: print('busy')"
    assert receipt.workspace.run("python", "-c", taken) == "busy\n"
