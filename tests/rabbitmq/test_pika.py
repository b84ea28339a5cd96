"""What docs/rabbitmq/pika.md promises."""

import signal
import socket
from importlib.metadata import version as installed
from pathlib import Path

import pika
import pytest

from harness import measure
from harness.lab.explore import Scenario
from harness.lab.explore.wire import CommandProxy, Plan
from harness.lab.proxy import TCPProxy
from harness.process import alive, wait_until

PAGE = "rabbitmq/pika"
UNTIL_CONFIRMED = """import pathlib, time
import pika, publisher

log = pathlib.Path("confirmed.log")
log.touch()
sender = publisher.Publisher(pika.ConnectionParameters("localhost"))
sender.start()
for order in sorted({"1", "2", "3"} - set(log.read_text().split())):
    sender.publish("orders", b"{}", order)
    with log.open("a") as file:
        file.write(f"{order} ")
time.sleep(0.3)
sender.stop()
"""


def declare_orders() -> None:
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        connection.channel().queue_declare("orders", durable=True)


def test_released_pika_has_these_adapters_and_no_thread_safe_one(run_script):
    run_script(f"{PAGE}/adapters.py")
    assert installed("pika") == "1.4.4"
    folder = Path(pika.__file__).parent
    assert not list(folder.rglob("*thread_safe*"))
    assert not (folder / "py.typed").exists(), "type checkers take it for untyped"
    assert "Connection" not in vars(pika)


def test_limits_have_these_defaults_and_the_first_address_that_answers_is_taken(run_script, rabbitmq):
    names = run_script(f"{PAGE}/connect.py")
    assert names["broker"].heartbeat == 30
    url = pika.URLParameters("amqp://guest:guest@localhost:5672/%2F?heartbeat=30&blocked_connection_timeout=30")
    assert (url.virtual_host, url.heartbeat, url.blocked_connection_timeout) == ("/", 30, 30)
    with pika.BlockingConnection(names["broker"]):
        listed = rabbitmq.ctl("list_connections", "timeout", "client_properties")
        assert '{"connection_name","shop: orders"}' in listed
        assert "\n30\t" in f"\n{listed}"
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")):
        assert "\n60\t" in f"\n{rabbitmq.ctl('list_connections', 'timeout')}\t".replace("60\n", "60\t")


def test_time_runs_out_for_who_does_not_look_after_the_connection(page, rabbitmq, terminal, captured):
    declare_orders()
    with TCPProxy(5673, 5672) as network:
        # Twelve seconds pass until the client notices; the other drills run meanwhile.
        cut_off = page.start("python", "listen.py", "5673", "1")
        deaf = page.start("python", "listen.py", "5673", "0")
        cut_off.wait_for("listening")
        deaf.wait_for("listening")
        network.hang()
        terminal(f"{PAGE}/quiet_publisher.console")
        with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
            connection.channel().queue_purge("orders")
        terminal(f"{PAGE}/looping_worker.console")
        wait_until(lambda: rabbitmq.queue_depth("orders") == 1, 30, "the order that was never acknowledged")
        said = cut_off.wait_for("after")
        seconds = float(said.split("after ")[1].split()[0])
        assert 6 <= seconds <= 18, "between one and two intervals of heartbeat + 5 s, and what a busy machine adds"
        captured(f"{PAGE}/cut_off.txt", said)
        assert deaf.returncode is None
        assert deaf.output() == "listening\n", "without heartbeats it waits for ever"
        network.cut()
    deaf.kill()


def test_client_waits_for_a_frozen_broker_no_longer_than_told(page, rabbitmq, terminal):
    try:
        terminal(f"{PAGE}/frozen.console")
    finally:
        rabbitmq.thaw()


def test_worker_and_publisher_survive_a_killed_broker_and_nothing_is_lost(page, rabbitmq, terminal):
    declare_orders()
    killed = rabbitmq.pid
    terminal(f"{PAGE}/killed.console")
    wait_until(lambda: not alive(killed), 30, "the killed broker to be gone")
    rabbitmq.start()
    terminal(f"{PAGE}/recovered.console")
    assert rabbitmq.pid != killed
    written = (page.path / "invoices.log").read_text().splitlines()
    orders = {line.removeprefix("done ") for line in written if line.startswith("done")}
    assert orders == {"order-17", *(f"order-{number}" for number in range(100, 300))}
    assert "publisher lost the broker" in (page.path / "shop.log").read_text()
    assert "lost: StreamLostError" in (page.path / "worker.log").read_text()
    assert rabbitmq.queue_depth("orders") == 0
    for name in ("worker", "shop"):
        pid = int((page.path / f"{name}.pid").read_text())
        assert not alive(pid)


def test_worker_notices_that_its_queue_was_deleted_and_finishes_what_it_has(page, rabbitmq):
    declare_orders()
    worker = page.start("python", "worker.py")
    worker.wait_for("connected")
    assert "30" in rabbitmq.ctl("list_connections", "timeout").split(), (
        "no hasty heartbeat unless the reader asks for it"
    )
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        connection.channel().queue_delete("orders")
    worker.wait_for("the broker has ended the consumer")
    worker.wait_for("connected", count=2)
    page.run("python", "send_orders.py", "order-17")
    wait_until(lambda: rabbitmq.queue_depth("orders") == 0, 30, "the order to be under way")
    assert worker.stop(signal.SIGTERM) == 0
    assert "done order-17" in worker.output()
    assert rabbitmq.queue_depth("orders") == 0, "it was acknowledged although the worker was told to stop"


def test_name_that_nobody_knows_is_no_error_of_pika():
    with pytest.raises(OSError, match=r"[Nn]ame") as error:
        pika.BlockingConnection(pika.ConnectionParameters("rabbit.invalid"))
    assert isinstance(error.value, socket.gaierror)
    assert not isinstance(error.value, pika.exceptions.AMQPError)


def test_publisher_tells_the_asking_thread_what_went_wrong(page, rabbitmq):
    declare_orders()
    said = page.run(
        "python",
        "-c",
        "import pika, publisher\n"
        "it = publisher.Publisher(pika.ConnectionParameters('localhost'))\n"
        "it.start()\n"
        "for to in ('oders', 300 * 'o', None, 'orders'):\n"
        "    try:\n        print(it.publish(to, b'{}', 'order-17', 10))\n"
        "    except Exception as error:\n        print(type(error).__name__)\n"
        "it.stop()\nprint(it.is_alive())",
    )
    # The bad arguments raise where they came from, and the good one after them is confirmed.
    assert said.split() == ["UnroutableError", "ShortStringTooLong", "AssertionError", "None", "False"]


def test_publisher_never_sends_what_its_caller_gave_up_on_before_it_began(page, rabbitmq):
    declare_orders()
    said = page.run(
        "python",
        "-c",
        "import pika, publisher\n"
        "it = publisher.Publisher(pika.ConnectionParameters('localhost'))\n"
        "it._orders.maxsize = 1\n"
        "for _ in range(2):\n"
        "    try:\n        it.publish('orders', b'{}', 'order-17', 0.1)\n"
        "    except TimeoutError as error:\n        print(error)\n"
        "it.start()\nit.publish('orders', b'{}', 'order-18')\nit.stop()\n",
    )
    assert said == "not sent: no confirm in 0.1 s\nnot sent: too many messages wait\n"
    assert rabbitmq.queue_depth("orders") == 1


@pytest.fixture
def publishing(rabbitmq, new_rabbitmq, workspace):
    """The scenario for the publisher: a program that publishes three orders and notes which were confirmed."""
    rabbitmq.stop()
    broker = new_rabbitmq(port=5673, nodename="explored@localhost", plugins=())
    parameters = pika.ConnectionParameters("localhost", broker.port)
    workspace.copy(PAGE)
    (workspace.path / "until_confirmed.py").write_text(UNTIL_CONFIRMED)
    arrived: list[str] = []

    def prepare() -> None:
        (workspace.path / "confirmed.log").unlink(missing_ok=True)
        with pika.BlockingConnection(parameters) as connection:
            channel = connection.channel()
            channel.queue_delete("orders")
            channel.queue_declare("orders", durable=True, arguments={"x-queue-type": "quorum"})

    def violations() -> list[str]:
        noted = set((workspace.path / "confirmed.log").read_text().split())
        arrived.clear()
        with pika.BlockingConnection(parameters) as connection:
            channel = connection.channel()
            while (found := channel.basic_get("orders", auto_ack=True))[0]:
                arrived.append(found[1].message_id)
        lost = sorted({"1", "2", "3"} - noted) + [f"{order} was confirmed" for order in noted - set(arrived)]
        return [f"lost: {', '.join(lost)}"] if lost else []

    with CommandProxy(5672, broker.port, "amqp") as proxy:
        yield Scenario(
            workspace,
            ["until_confirmed.py"],
            "publisher.py",
            prepare,
            lambda: workspace.run("python", "until_confirmed.py", env={measure.VARIABLE: ""}),
            violations,
            proxy=proxy,
            notes=lambda: ["arrived twice, with the same id"] if len(arrived) > 3 else [],
        )


@pytest.mark.timeout(1200)
def test_no_confirmed_order_is_lost_whatever_happens_to_the_publisher(publishing, explored):
    # No freeze: nothing takes over from a publisher. No refusal: a nack raises in the caller, as a missing queue does.
    print(explored(f"{PAGE}/publisher.py", publishing, ["kill", "cut", "lost answer"]))
    publishing.prepare()
    publishing.proxy.arm(Plan("cut", 2))  # its first message takes the connection along
    said = publishing.workspace.run(
        "python",
        "-c",
        "import pika, publisher\n"
        "publisher.TRIES = 1\n"
        "it = publisher.Publisher(pika.ConnectionParameters('localhost'))\n"
        "it.start()\n"
        "try:\n    it.publish('orders', b'{}', 'order-17')\n"
        "except pika.exceptions.AMQPError as error:\n    print(type(error).__name__)\n"
        "print(it.publish('orders', b'{}', 'order-18'))\nit.stop()\n",
    )
    assert said.splitlines()[-2:] == ["StreamLostError", "None"], "given up, and the next one is confirmed"


def test_channel_shared_by_two_threads_breaks(page, terminal):
    terminal(f"{PAGE}/share_connection.console")


def test_exceptions_say_what_is_closed(page, rabbitmq, captured):
    table = page.run("python", "which_error.py")
    rows = {row[0]: row[1:] for row in (line.split(" | ") for line in table.splitlines()[1:])}
    assert len(rows) == 9
    for what in ("missing queue", "other properties", "locked queue", "second exclusive consumer"):
        assert rows[what][0].startswith("ChannelClosedByBroker: (40")
        assert rows[what][1:] == ["closed", "open"]
    for what in ("same consumer tag", "unroutable", "loop in a callback"):
        assert rows[what][1:] == ["open", "open"]
    for what in ("get from a stream", "use after close"):
        assert rows[what][1:] == ["closed", "closed"]
    if rabbitmq.release >= (4, 3):
        captured(f"{PAGE}/errors.table", table)


def test_blocked_publisher_gives_up_and_consumers_go_on(run_script, rabbitmq):
    try:
        run_script(f"{PAGE}/blocked.py")
    finally:
        rabbitmq.ctl("set_vm_memory_high_watermark", "0.6")


def test_start_consuming_returns_when_the_queue_is_deleted(run_script, rabbitmq):
    run_script(f"{PAGE}/queue_deleted.py")


def test_connection_for_each_message_is_slow(run_script, rabbitmq):
    run_script(f"{PAGE}/connection_per_message.py")


def test_select_connection_waits_for_no_confirm_while_it_publishes(run_script, rabbitmq):
    run_script(f"{PAGE}/select_publisher.py")
    assert rabbitmq.queue_depth("orders") == 100
