"""What docs/rabbitmq/work-queues.md promises."""

import re
import signal
import time

import pika
import pytest

from harness.process import alive, wait_until

PAGE = "rabbitmq/work_queues"
QUEUES = ("classic-transient", "classic-persistent", "quorum-transient", "quorum-persistent")


def waiting(rabbitmq, count: int) -> None:
    wait_until(lambda: rabbitmq.queue_depth("invoices") == count, 20, f"{count} messages in the queue")


def gone(page, file: str) -> None:
    pid = int((page.path / file).read_text())
    wait_until(lambda: not alive(pid), 20, f"the process of {file} to be gone")


def test_two_workers_share_the_orders_and_each_is_done_once(terminal, page, rabbitmq):
    terminal(f"{PAGE}/share.console")
    for name in ("anna", "ben"):
        gone(page, f"{name}.pid")
        assert "done" in (page.path / f"{name}.log").read_text(), "both had work"
    waiting(rabbitmq, 0)


def test_orders_of_a_killed_worker_are_done_by_the_other(terminal, page, rabbitmq):
    terminal(f"{PAGE}/killed_worker.console")
    gone(page, "ben.pid")
    assert "done" not in (page.path / "ben.log").read_text(), "killed before its ack"
    gone(page, "anna.pid")
    waiting(rabbitmq, 0)


def test_orders_of_a_killed_careless_worker_are_lost(terminal, page, rabbitmq):
    terminal(f"{PAGE}/killed_careless_worker.console")
    gone(page, "careless.pid")
    assert "done" not in (page.path / "careless.log").read_text(), "five orders were sent, not one was done"


def test_careless_worker_runs_to_its_end(page):
    page.run("python", "send_orders.py", "1", "2")
    assert page.run("python", "careless_worker.py", "ben", "0").count("done") == 2


def test_prefetch_limits_what_a_stuck_worker_holds(page, captured):
    output = page.run("python", "prefetch_lab.py")
    rows = [line.split(" | ") for line in output.splitlines()[1:]]
    assert rows == [["0: no limit", "10", "10"], ["5", "15", "5"], ["1", "19", "1"]]
    captured(f"{PAGE}/prefetch_lab.table", output)


def test_quick_worker_does_most_when_the_other_is_slow(page):
    slow = page.start("python", "worker.py", "slow", "1")
    quick = page.start("python", "worker.py", "quick", "0")
    slow.wait_for("ready")
    quick.wait_for("ready")
    page.run("python", "send_orders.py", "1", "20")
    wait_until(
        lambda: slow.output().count(": done") + quick.output().count(": done") == 20, 30, "all orders to be done"
    )
    assert quick.output().count(": done") > 2 * slow.output().count(": done")


def test_worker_that_is_told_to_stop_finishes_one_order_and_hands_back_the_rest(terminal, page, rabbitmq):
    terminal(f"{PAGE}/quick_stop.console")
    gone(page, "ben.pid")
    waiting(rabbitmq, 0)


def test_worker_with_a_callback_works_off_all_that_was_prefetched_before_it_stops(terminal, page, rabbitmq):
    terminal(f"{PAGE}/slow_stop.console")
    gone(page, "slow.pid")
    waiting(rabbitmq, 0)


def test_idle_worker_takes_a_late_order_and_stops_on_ctrl_c(page):
    worker = page.start("python", "worker.py", "anna", "0")
    worker.wait_for("ready")
    began = time.monotonic()
    wait_until(lambda: time.monotonic() - began > 1.5, 5, "more than its inactivity_timeout")
    page.run("python", "send_orders.py", "1", "1")
    worker.wait_for("done order-1")
    assert worker.stop(signal.SIGINT) == 0
    assert worker.output().splitlines()[-1] == "anna: stopped"


def counts(page) -> dict[str, int]:
    return {
        name: int(count) for name, count in re.findall(r"^(\S+) (\d+)$", page.run("python", "count_queues.py"), re.M)
    }


def counted(page) -> dict[str, int]:
    """Messages in each queue, once the quorum queues have found their leaders again."""
    wait_until(lambda: all(counts(page)[q] for q in QUEUES if q.startswith("quorum")), 30, "the quorum queues")
    return counts(page)


def test_restart_keeps_what_is_persistent_or_in_a_quorum_queue(page, rabbitmq, captured):
    page.run("python", "fill_queues.py")
    before = rabbitmq.pid
    rabbitmq.stop()
    assert not alive(before)
    rabbitmq.start()
    restarted = counted(page)
    page.run("python", "fill_queues.py")
    killed = rabbitmq.pid
    assert counted(page) == dict.fromkeys(QUEUES, 200)
    rabbitmq.kill()
    assert not alive(killed)
    rabbitmq.start()
    after_kill = counted(page)
    kept = {"classic-transient": 0, "classic-persistent": 200, "quorum-transient": 200, "quorum-persistent": 200}
    assert (restarted, after_kill) == (kept, kept)
    rows = [f"{queue.replace('-', ', ')} | 200 | {restarted[queue]} | {after_kill[queue]}" for queue in QUEUES]
    head = "Queue, messages | Confirmed | After a restart | After kill -9"
    captured(f"{PAGE}/restarts.table", "\n".join([head, *rows]) + "\n")


def test_prefetch_has_no_limit_by_default(rabbitmq):
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        channel = connection.channel()
        channel.queue_declare("jobs", durable=True, arguments={"x-queue-type": "quorum"})
        for _ in range(1000):
            channel.basic_publish("", "jobs", b"{}")
        wait_until(lambda: rabbitmq_ready(channel) == 1000, 20, "the messages in the queue")
        channel.basic_consume("jobs", lambda *delivery: None)
        wait_until(lambda: rabbitmq_ready(channel) == 0, 20, "all of them to be delivered")


def rabbitmq_ready(channel) -> int:
    return channel.queue_declare("jobs", passive=True).method.message_count


def test_first_worker_without_a_limit_gets_all_that_is_waiting(rabbitmq):
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        first, second = connection.channel(), connection.channel()
        first.queue_declare("jobs", exclusive=True)
        for number in range(10):
            first.basic_publish("", "jobs", str(number).encode())
        wait_until(lambda: rabbitmq_ready(first) == 10, 20, "the messages in the queue")
        got: list[str] = []
        first.basic_consume("jobs", lambda *delivery: got.append("first"))
        wait_until(lambda: rabbitmq_ready(first) == 0, 20, "all of them to be delivered")
        second.basic_consume("jobs", lambda *delivery: got.append("second"))
        first.basic_publish("", "jobs", b"10")
        first.basic_publish("", "jobs", b"11")
        while len(got) < 12:
            connection.process_data_events(time_limit=1)
        assert got.count("first") >= 10
        assert got.count("second") >= 1, "what is sent from now on is shared"


def test_message_is_transient_when_nothing_is_said(rabbitmq):
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        channel = connection.channel()
        channel.queue_declare("jobs", exclusive=True)
        channel.confirm_delivery()
        channel.basic_publish("", "jobs", b"{}")
        _, properties, _ = channel.basic_get("jobs")
        assert properties.delivery_mode in (None, pika.DeliveryMode.Transient.value)


@pytest.mark.parametrize(("kind", "held"), [("classic", 2100), ("quorum", 2000)])
def test_consumer_without_prefetch_limit_gets_everything_or_two_thousand(rabbitmq, kind, held):
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        channel = connection.channel()
        channel.queue_declare("many", durable=True, arguments={"x-queue-type": kind})
        for number in range(2100):
            channel.basic_publish("", "many", str(number).encode())
        rabbitmq.await_queue("many", 2100, 0, 30)
        received = []
        channel.basic_consume("many", lambda *delivery: received.append(delivery[3]))
        deadline = time.monotonic() + 30
        while len(received) < held and time.monotonic() < deadline:
            connection.process_data_events(1)
        connection.process_data_events(2)
        assert len(received) == held
        rabbitmq.await_queue("many", 2100 - held, held, 30)
