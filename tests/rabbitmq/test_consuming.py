"""What docs/rabbitmq/consuming.md promises."""

import contextlib
import signal
import sqlite3

import pika
import pytest

from harness import measure
from harness.lab.explore import Scenario
from harness.lab.explore.wire import CommandProxy
from harness.lab.servers.base import ServerError
from harness.process import wait_until

PAGE = "rabbitmq/consuming"
# Runs the worker until its queue is empty; asks the broker past the proxy.
UNTIL_EMPTY = """import os, runpy, signal, sys, threading, time
import pika


def stop_when_empty():
    with pika.BlockingConnection(pika.ConnectionParameters("localhost", 5673)) as connection:
        channel, empty = connection.channel(), 0
        while empty < 3:
            time.sleep(0.1)
            left = channel.queue_declare("invoices", passive=True).method.message_count
            empty = 0 if left else empty + 1
    os.kill(os.getpid(), signal.SIGTERM)


sys.argv[1:] = []
threading.Thread(target=stop_when_empty, daemon=True).start()
runpy.run_path("invoice_once.py", run_name="__main__")
"""


def test_a_message_is_done_comes_back_or_is_dropped(run_script, rabbitmq):
    run_script(f"{PAGE}/three_answers.py")
    assert rabbitmq.queue_depth("answers") == 0


def test_second_ack_for_a_message_closes_the_channel(run_script, rabbitmq):
    run_script(f"{PAGE}/double_ack.py")


def test_requeued_message_that_cannot_succeed_comes_back_at_once(run_script, rabbitmq):
    run_script(f"{PAGE}/hot_loop.py")


def test_poison_message_ends_as_the_table_says(page, rabbitmq, captured):
    table = page.run("python", "poison.py", timeout=90)
    rows = [tuple(line.split(" | ")) for line in table.splitlines()[1:]]
    assert rows[1] == ("reject", "3", "4", "dead-lettered")
    assert rows[2] == ("none, channel closed", "3", "4", "dead-lettered")
    if rabbitmq.release >= (4, 3):
        assert rows[0] == ("nack", "3", "40", "still coming back")
    else:
        assert rows[0] == ("nack", "3", "4", "dead-lettered")
    if rabbitmq.release >= (4, 0):
        assert rows[3] == ("reject", "none set", "21", "dropped")
    else:
        assert rows[3] == ("reject", "none set", "40", "still coming back")
    if rabbitmq.release >= (4, 3):
        captured(f"{PAGE}/poison.table", table)


def test_looking_at_a_message_uses_up_its_deliveries(page, rabbitmq, captured):
    table = page.run("python", "look.py", timeout=60)
    nack, closed = (line.split(" | ")[1:] for line in table.splitlines()[1:])
    if rabbitmq.release >= (4, 3):
        assert (nack, closed) == (["still there", "0", "24"], ["21", "20", "20"])
        captured(f"{PAGE}/look.table", table)
    elif rabbitmq.release >= (4, 0):
        assert (nack, closed) == (["21", "20", "0"], ["21", "20", "0"]), "a nack counts, and no acquired count"
    else:
        assert (nack, closed) == (["still there", "24", "0"], ["still there", "24", "0"])


def test_worker_sets_aside_what_keeps_failing(terminal, page, rabbitmq):
    terminal(f"{PAGE}/safe_worker.console")
    assert rabbitmq.queue_depth("broken-orders") == 2
    assert rabbitmq.queue_depth("printing") == 0


def test_callback_longer_than_the_heartbeat_is_done_twice(terminal, page, rabbitmq):
    terminal(f"{PAGE}/slow_callback.console", fails=["python slow_callback.py"])
    wait_until(lambda: rabbitmq.queue_depth("orders") == 1, 30, "the message to be back in the queue")
    terminal(f"{PAGE}/threaded_worker.console")
    assert rabbitmq.queue_depth("orders") == 0, "the worker with a thread acknowledged it"


def test_worker_with_threads_works_on_several_and_finishes_them_when_told_to_stop(page, rabbitmq):
    worker = page.start("python", "threaded_worker.py")
    page.run("python", "send_orders.py", "order-1", "order-2")
    worker.wait_for("working", count=2)
    assert "done" not in worker.output(), "both are under way at once"
    assert worker.stop(signal.SIGTERM) == 0
    assert worker.output().count("done") == 2
    assert rabbitmq.queue_depth("orders") == 0


def test_one_invoice_for_three_messages_and_a_crash(terminal, page, rabbitmq):
    terminal(f"{PAGE}/invoice_once.console", fails=["python crash_invoice.py"])
    assert rabbitmq.queue_depth("invoices") == 0


def test_message_that_cannot_be_handled_is_set_aside_and_the_next_one_is_done(page, rabbitmq):
    page.run("python", "send_invoices.py", "order-1")
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_publish("", "invoices", b"{}", mandatory=True)
    worker = page.start(
        "python",
        "-c",
        "import invoice_once, sqlite3\n"
        "write = invoice_once.write_invoice\n"
        "def fail(database, message_id):\n"
        "    if message_id == 'order-1':\n        raise sqlite3.OperationalError('disk I/O error')\n"
        "    return write(database, message_id)\n"
        "invoice_once.write_invoice = fail\ninvoice_once.main()\n",
    )
    worker.wait_for("set aside: no message_id")
    worker.wait_for("disk I/O error", count=21)
    page.run("python", "send_invoices.py", "order-2")
    worker.wait_for("order-2: invoice written")
    rabbitmq.await_queue("invoices.dead", 2, 0, 30)
    assert worker.stop() == 0


@pytest.fixture
def invoicing(rabbitmq, new_rabbitmq, workspace):
    """The scenario for the invoices: three messages, two of them with one id, and a broker behind a proxy."""
    rabbitmq.stop()
    broker = new_rabbitmq(port=5673, nodename="explored@localhost", plugins=())
    workspace.copy(PAGE)
    (workspace.path / "until_empty.py").write_text(UNTIL_EMPTY)
    parameters = pika.ConnectionParameters("localhost", broker.port)

    def prepare() -> None:
        for file in workspace.path.glob("shop.db*"):
            file.unlink()
        with pika.BlockingConnection(parameters) as connection:
            channel = connection.channel()
            for queue in ("invoices", "invoices.dead"):
                channel.queue_delete(queue)
        workspace.run("python", "send_invoices.py", "order-1", "order-2", "order-1", env={measure.VARIABLE: ""})

    def connections_ended() -> bool:
        try:
            broker.eval("[exit(P, kill) || P <- rabbit_networking:local_connections()]")
        except ServerError:  # on a busy machine, erl_call may not get through
            return False
        return True

    def recover() -> None:
        """What holds a message and does not answer loses its connection, as after missed heartbeats; and the next
        worker starts."""
        wait_until(connections_ended, 30, "the broker to end its connections", interval=0.5)
        worker = workspace.start("python", "until_empty.py", env={measure.VARIABLE: ""})
        locked = "database is locked"  # by a worker that was frozen inside its transaction, until it is thawed
        wait_until(lambda: worker.returncode is not None or locked in worker.output(), 60, "the worker to end")
        if worker.returncode is None:
            worker.send(signal.SIGKILL)
            wait_until(lambda: worker.returncode is not None, 30, "the worker to be gone")

    def finish(process) -> None:
        wait_until(lambda: process.returncode is not None, 60, "the worker to end")
        if broker.queue_depth("invoices"):
            recover()  # its supervisor starts it again

    def violations() -> list[str]:
        with contextlib.closing(sqlite3.connect(workspace.path / "shop.db", timeout=5)) as database:
            written = sorted(order for (order,) in database.execute("SELECT order_id FROM invoices"))
        said = [] if written == ["order-1", "order-2"] else [f"invoices: {written}"]
        left = [broker.queue_depth(queue) for queue in ("invoices", "invoices.dead")]
        return said + ([f"left in the queues: {left}"] if any(left) else [])

    with CommandProxy(5672, broker.port, "amqp") as proxy:
        yield Scenario(
            workspace, ["until_empty.py"], "invoice_once.py", prepare, recover, violations, finish, proxy=proxy
        )


@pytest.mark.timeout(1200)
def test_each_order_gets_one_invoice_whatever_happens_to_the_worker(invoicing, explored):
    # No refusal: the worker publishes nothing that a broker could refuse. No freeze: the thawed worker and the program
    # that stops it did not end in every run, so the next test lets two workers hold the same message instead.
    faults = ["kill", "cut", "lost answer"]
    print(explored(f"{PAGE}/invoice_once.py", invoicing, faults, kept="one invoice for each order"))


def test_worker_that_lost_its_message_to_another_writes_no_second_invoice(page, rabbitmq):
    page.run("python", "send_invoices.py", "order-1")
    late = page.start(
        "python",
        "-c",
        "import invoice_once, pathlib, time\n"
        "write = invoice_once.write_invoice\n"
        "def late(database, message_id):\n"
        "    print('late', flush=True)\n"
        "    while not pathlib.Path('go').exists():\n        time.sleep(0.05)\n"
        "    return write(database, message_id)\n"
        "invoice_once.write_invoice = late\ninvoice_once.main()\n",
    )
    late.wait_for("late")
    # As after missed heartbeats, which a frozen worker does not send.
    rabbitmq.eval("[exit(P, kill) || P <- rabbit_networking:local_connections()]")
    other = page.start("python", "invoice_once.py")
    other.wait_for("order-1: invoice written")
    (page.path / "go").touch()
    late.wait_for("order-1: handled before")
    wait_until(lambda: late.returncode is not None, 30, "the late worker to end")
    assert other.stop() == 0
    assert page.run("python", "count_invoices.py") == "invoices: 1\n"


def test_classic_queue_does_not_take_back_what_is_held_too_long_since_4_3(rabbitmq, quick_ticks):
    if rabbitmq.release < (4, 3):
        pytest.skip("RabbitMQ before 4.3 closes the channel, whatever the type of the queue: see the next test")
    # For queues of all types; channels, too, would look now and not once a minute, if they still did.
    rabbitmq.eval("[application:set_env(rabbit, K, 1000) || K <- [consumer_timeout, channel_tick_interval]]")
    try:
        with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
            for kind in ("classic", "quorum"):
                channel = connection.channel()
                channel.queue_declare(f"slow-{kind}", durable=True, arguments={"x-queue-type": kind})
                channel.basic_publish("", f"slow-{kind}", b"{}")
                channel.basic_consume(f"slow-{kind}", lambda *_: None)
            connection.process_data_events(1)
            rabbitmq.await_queue("slow-quorum", 1, 0, 30)
            connection.sleep(5)
            assert rabbitmq.counts("slow-classic") == (0, 1)
    finally:
        rabbitmq.eval("application:set_env(rabbit, channel_tick_interval, 60000)")
        rabbitmq.eval("application:set_env(rabbit, consumer_timeout, 1800000)")


def test_message_held_too_long_is_taken_back(page, rabbitmq, captured):
    assert rabbitmq.eval("application:get_env(rabbit, consumer_timeout)") == "{ok,1800000}"
    old = rabbitmq.release < (4, 3)
    # The broker looks only now and then: make it look every second.
    tick, default = ("channel_tick_interval", 60000) if old else ("quorum_tick_interval", 5000)
    rabbitmq.eval(f"application:set_env(rabbit, {tick}, 1000)")
    try:
        if old:
            rabbitmq.eval("application:set_env(rabbit, consumer_timeout, 2000)")
        else:
            policy = {"pattern": "^slow$", "definition": {"consumer-timeout": 2000}, "apply-to": "queues"}
            rabbitmq.api("PUT", "policies/%2F/slow", policy)
        said = page.run("python", "overslept.py", timeout=60, status=1 if old else 0)
    finally:
        rabbitmq.eval(f"application:set_env(rabbit, {tick}, {default})")
        rabbitmq.eval("application:set_env(rabbit, consumer_timeout, 1800000)")
    if old:
        assert "(406, 'PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out." in said
        assert "Timeout value used: 2000 ms" in said
    else:
        captured(f"{PAGE}/overslept.txt", said)
    wait_until(lambda: rabbitmq.queue_depth("slow") == 1, 30, "the message to be back in the queue")


def test_time_that_a_message_waits_in_the_prefetch_counts_too(terminal, page, rabbitmq, quick_ticks):
    if rabbitmq.release < (4, 3):
        pytest.skip("before 4.3 the broker closes the channel when a message was held for too long")
    terminal(f"{PAGE}/prefetch_timeout.console", timeout=90)
    assert 5 < rabbitmq.queue_depth("reports") < 20
    assert "timeout" not in rabbitmq.log.read_text().partition("'reports'")[2], "and the log says nothing"


def test_consumers_get_no_limit_of_unanswered_messages_by_default(rabbitmq):
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        channel = connection.channel()
        channel.queue_declare("many", durable=True)
        for _ in range(50):
            channel.basic_publish("", "many", b"{}")
        wait_until(lambda: rabbitmq.queue_depth("many") == 50, 30, "all messages to be there")
        channel.basic_consume("many", lambda *_: None)
        connection.process_data_events(time_limit=0)
        wait_until(lambda: rabbitmq.queue_depth("many") == 0, 30, "all of them to be handed out")


def test_limit_for_a_channel_counts_for_each_consumer_from_4_3_on(run_script, page, rabbitmq):
    if rabbitmq.release >= (4, 3):
        run_script(f"{PAGE}/shared_limit.py")
        assert "global_qos" in rabbitmq.log.read_text()
    else:
        said = page.run("python", "shared_limit.py", status=1)
        assert "classic: 2" in said
        assert "540" in said
        assert "NOT_IMPLEMENTED - queue 'jobs-quorum' in vhost '/' does not support global qos" in said


def test_worker_that_never_acknowledges_stops_at_its_prefetch_and_repeats_its_work(run_script, rabbitmq):
    run_script(f"{PAGE}/forgot_ack.py")
    rabbitmq.await_queue("parcels", 4, 0, 30)


def test_unacknowledged_messages_are_counted_while_the_worker_runs(rabbitmq):
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        channel = connection.channel()
        channel.queue_declare("parcels", durable=True, arguments={"x-queue-type": "quorum"})
        for number in range(4):
            channel.basic_publish("", "parcels", str(number).encode())
        channel.basic_qos(prefetch_count=2)
        next(channel.consume("parcels", inactivity_timeout=10))
        rabbitmq.await_queue("parcels", 2, 2, 30)
