"""What docs/rabbitmq/streams.md promises."""

import contextlib
import os
import re
import socket
import sqlite3
import time
from datetime import UTC, datetime

import pika
import pytest

from harness import measure
from harness.lab.explore import Scenario
from harness.lab.explore.wire import CommandProxy
from harness.process import alive, wait_until

PAGE = "rabbitmq/streams"
STREAM = {"x-queue-type": "stream"}
FIRST = {"x-stream-offset": "first"}
EVENTS = ["order-1", "order-2", "order-3"]
# Runs the bookkeeper until all events are booked and then stops it as a service manager does.
UNTIL_BOOKED = """import os, runpy, signal, sqlite3, sys, threading, time
from contextlib import suppress


def stop_when_booked():
    count = 0
    while count < 3:
        time.sleep(0.05)
        with suppress(sqlite3.Error):
            database = sqlite3.connect("file:ledger.db?mode=ro", uri=True)
            (count,) = database.execute("SELECT count(*) FROM ledger").fetchone()
            database.close()
    time.sleep(0.3)  # for the acknowledgement
    os.kill(os.getpid(), signal.SIGTERM)


signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # until the bookkeeper hears it
threading.Thread(target=stop_when_booked, daemon=True).start()
runpy.run_path("bookkeeper.py", run_name="__main__")
"""
UNKNOWN = "NOT_IMPLEMENTED - basic.nack and basic.reject not supported by stream queues"


@pytest.fixture
def channel(rabbitmq):
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        channel = connection.channel()
        channel.basic_qos(prefetch_count=100)
        yield channel


def counted(session) -> int:
    return int(re.findall(r"counted: (\d+)", "\n".join(session.outputs))[-1])


def publish(channel, stream: str, *bodies: bytes, **properties) -> None:
    channel.confirm_delivery()
    for body in bodies:
        channel.basic_publish("", stream, body, pika.BasicProperties(**properties), mandatory=True)


def take(channel, stream: str, count: int, arguments=FIRST) -> list[bytes]:
    """The first `count` messages, each acknowledged."""
    found = []
    for method, _, body in channel.consume(stream, arguments=arguments, inactivity_timeout=30):
        assert method is not None, f"{len(found)} of {count} messages came"
        found.append(body)
        if len(found) == count:
            channel.cancel()
            return found
        channel.basic_ack(method.delivery_tag)
    raise AssertionError("the consumer was ended")


def test_two_readers_read_the_same_and_one_reads_from_the_middle(terminal, page):
    terminal(f"{PAGE}/read.console")


def test_reader_starts_where_its_offset_says(page, captured):
    captured(f"{PAGE}/start_points.table", page.run("python", "start_points.py", timeout=60))


def test_number_ahead_of_the_stream_skips_all_events_before_it(channel):
    channel.queue_declare("ahead", durable=True, arguments=STREAM)
    publish(channel, "ahead", b"0", b"1")
    got = []
    channel.basic_consume("ahead", lambda *delivery: got.append(delivery[3]), arguments={"x-stream-offset": 5})
    publish(channel, "ahead", *[b"%d" % number for number in range(2, 7)])

    def arrived() -> bool:
        channel.connection.process_data_events(time_limit=0.1)
        return len(got) >= 2

    wait_until(arrived, 30, "the events from number 5 on")
    assert got == [b"5", b"6"]


def test_offset_in_the_middle_of_a_burst_is_exact(channel):
    channel.queue_declare("burst", durable=True, arguments=STREAM)
    for number in range(50):  # without confirms, many of them are stored as one block
        channel.basic_publish("", "burst", b"%d" % number)
    publish(channel, "burst", b"50")
    assert take(channel, "burst", 30, {"x-stream-offset": 21}) == [b"%d" % number for number in range(21, 51)]


def test_pika_takes_a_time_without_zone_for_utc(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Karachi")
    time.tzset()
    try:
        naive, aware = [], []
        pika.data.encode_value(naive, datetime(2026, 5, 1, 12))
        pika.data.encode_value(aware, datetime(2026, 5, 1, 12, tzinfo=UTC))
        assert naive == aware
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()
    assert "TZ" not in os.environ


def test_reader_without_acks_gets_as_many_as_its_prefetch_count(rabbitmq, channel):
    channel.queue_declare("credit", durable=True, arguments=STREAM)
    publish(channel, "credit", *[b"%d" % number for number in range(10)])
    channel.basic_qos(prefetch_count=4)
    got, tags = [], []

    def note(_, method, __, body):
        got.append(body)
        tags.append(method.delivery_tag)

    channel.basic_consume("credit", note, arguments=FIRST)

    def arrived(count: int) -> bool:
        channel.connection.process_data_events(time_limit=0.1)
        return len(got) >= count

    wait_until(lambda: arrived(4), 30, "four messages")
    channel.connection.process_data_events(time_limit=0.5)
    assert len(got) == 4
    for tag in tags[:4]:
        channel.basic_ack(tag)
    wait_until(lambda: arrived(8), 30, "four more after the acks")


def test_killed_reader_goes_on_where_its_database_says(terminal, page):
    session = terminal(f"{PAGE}/killed_reader.console")
    assert not alive(int((page.path / "first.pid").read_text()))
    first = (page.path / "first.log").read_text()
    assert "reading from 0" in first
    assert "order-200" not in first, "the first reader died on the way"
    second = (page.path / "second.log").read_text()
    begin = int(re.search(r"reading from (\d+)", second)[1])
    assert begin >= 50, "the second one did not begin again at the first event"
    assert counted(session) == 200


@pytest.fixture
def bookkeeping(rabbitmq, new_rabbitmq, workspace):
    """The scenario for the bookkeeper: three events in a stream, and a broker behind a proxy."""
    rabbitmq.stop()
    broker = new_rabbitmq(port=5673, nodename="explored@localhost", plugins=())
    workspace.copy(PAGE)
    (workspace.path / "until_booked.py").write_text(UNTIL_BOOKED)
    with pika.BlockingConnection(pika.ConnectionParameters("localhost", broker.port)) as connection:
        channel = connection.channel()
        channel.queue_declare("order-events", durable=True, arguments=STREAM)
        publish(channel, "order-events", *[event.encode() for event in EVENTS])

    def booked() -> list[str]:
        with contextlib.closing(sqlite3.connect(workspace.path / "ledger.db", timeout=5)) as database:
            return [event for (event,) in database.execute("SELECT event FROM ledger ORDER BY rowid")]

    def prepare() -> None:
        for file in workspace.path.glob("ledger.db*"):
            file.unlink()

    def recover() -> None:
        reader = workspace.start("python", "until_booked.py", env={measure.VARIABLE: ""})
        wait_until(lambda: reader.returncode is not None, 60, "the second reader to end")
        # A reader that was frozen inside its transaction locks the file until it is thawed: the contract says so.
        assert reader.returncode == 0 or "database is locked" in reader.output(), reader.output()

    def violations() -> list[str]:
        return [] if booked() == EVENTS else [f"booked: {booked()}"]

    with CommandProxy(5672, broker.port, "amqp") as proxy:
        yield Scenario(workspace, ["until_booked.py"], "bookkeeper.py", prepare, recover, violations, proxy=proxy)


@pytest.mark.timeout(1200)
def test_each_event_is_booked_once_whatever_happens_to_the_reader(bookkeeping, explored):
    # No refusal: the reader declares nothing and publishes nothing that a broker could refuse.
    print(explored(f"{PAGE}/bookkeeper.py", bookkeeping, ["kill", "freeze", "cut", "lost answer"]))


def test_no_confirmed_event_is_lost_when_the_broker_is_killed(terminal, page, rabbitmq):
    page.run("python", "send_events.py")
    rabbitmq.await_noted("rabbit_stream_coordinator", "coordination")
    killed = rabbitmq.pid
    confirmed = counted(terminal(f"{PAGE}/kill_broker.console"))
    wait_until(lambda: not alive(killed), 30, "the killed broker to be gone")
    with socket.create_server(("127.0.0.1", 5672)) as nobody:  # whoever calls now is turned away
        nobody.settimeout(30)
        early = page.start("python", "count_events.py")
        nobody.accept()[0].close()
    rabbitmq.start()
    early.wait_for("in the stream, counted")
    kept = counted(terminal(f"{PAGE}/after_kill.console", timeout=60))
    assert confirmed == 500
    assert confirmed + 1 <= kept <= confirmed + 2, "the first event, all confirmed ones, perhaps the one under way"


def test_super_stream_keeps_the_order_of_each_customer(terminal, page, rabbitmq):
    terminal(f"{PAGE}/super_stream.console")
    events = {}
    for number in range(3):
        for line in page.run("python", "read_partition.py", str(number)).splitlines():
            _, customer, event = line.split(": ")
            events.setdefault((number, customer), []).append(event)
    assert len(events) == 4, "each customer is in one partition"
    assert set(map(tuple, events.values())) == {("ordered", "paid", "shipped")}


def test_tool_makes_the_same_super_stream(rabbitmq, new_rabbitmq, page, terminal):
    broker = new_rabbitmq(5673, nodename="super@localhost", plugins=("management", "stream"))
    page.env.update(broker.tool_environment())
    if rabbitmq.release >= (4, 0):
        terminal(f"{PAGE}/add_super_stream.console")
    else:  # its command is experimental, and prints that
        page.run("rabbitmq-streams", "add_super_stream", "clicks", "--partitions", "3")
    with pika.BlockingConnection(pika.ConnectionParameters("localhost", 5673)) as connection:
        channel = connection.channel()
        # No error: the exchange is what the page's program declares.
        channel.exchange_declare("clicks", "direct", durable=True, arguments={"x-super-stream": True})
    (exchange,) = [it for it in broker.api("GET", "exchanges/%2F") if it["name"] == "clicks"]
    assert exchange["arguments"] == {"x-super-stream": True}
    bindings = broker.api("GET", "exchanges/%2F/clicks/bindings/source")
    orders = {it["destination"]: it["arguments"]["x-stream-partition-order"] for it in bindings}
    assert orders == {"clicks-0": 0, "clicks-1": 1, "clicks-2": 2}


def test_old_events_go_when_the_stream_is_full(run_script, rabbitmq):
    run_script(f"{PAGE}/retention.py")
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        reader = connection.channel()
        reader.basic_qos(prefetch_count=1)
        start = {"x-stream-offset": "first"}
        _, properties, body = next(reader.consume("clicks", arguments=start, inactivity_timeout=30))
        assert int(properties.headers["x-stream-offset"]) > int(body), "offsets have gaps"


def test_age_limit_of_a_policy_waits_for_the_next_file(channel, rabbitmq):
    channel.queue_declare("aged", durable=True, arguments=STREAM | {"x-stream-max-segment-size-bytes": 10_000})
    publish(channel, "aged", *[str(number).ljust(1000).encode() for number in range(30)])
    policy = {"pattern": "^aged$", "definition": {"max-age": "1s"}, "apply-to": "queues"}
    rabbitmq.api("PUT", "policies/%2F/second", policy)
    end = time.monotonic() + 2.5
    wait_until(lambda: time.monotonic() > end, 30, "the events to be older than the limit")
    assert int(take(channel, "aged", 30)[0]) == 0, "too old, and still there"

    def first() -> int:
        publish(channel, "aged", *[b"99".ljust(1000)] * 10)
        with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
            reader = connection.channel()
            reader.basic_qos(prefetch_count=1)
            return int(take(reader, "aged", 1)[0])

    wait_until(lambda: first() > 0, 30, "the old files to be removed", interval=0.2)


def test_policy_for_a_living_stream_is_taken(terminal, page, rabbitmq):
    page.run("python", "send_events.py", "placed")
    terminal(f"{PAGE}/keep_a_week.console")
    rows = [line.split() for line in rabbitmq.ctl("list_queues", "name", "policy").splitlines()]
    assert ["order-events", "week"] in rows


def test_filter_skips_what_others_want_where_the_broker_knows_it(run_script, channel, rabbitmq):
    if rabbitmq.release >= (3, 13):
        run_script(f"{PAGE}/filtered.py")
    channel.queue_declare("cities", durable=True, arguments=STREAM)
    publish(channel, "cities", b"1", b"2", headers={"x-stream-filter-value": "Karachi"})
    publish(channel, "cities", b"3", headers={"x-stream-filter-value": "Lahore"})
    publish(channel, "cities", b"4")  # without a value
    publish(channel, "cities", b"5", headers={"x-stream-filter-value": "Lahore"})
    filtered = FIRST | {"x-stream-filter": "Lahore"}
    if rabbitmq.release >= (3, 13):
        assert take(channel, "cities", 2, filtered) == [b"3", b"5"]
    else:
        assert take(channel, "cities", 5, filtered) == [b"1", b"2", b"3", b"4", b"5"], "the argument is ignored"


def test_stream_refuses_what_a_queue_allows(page, rabbitmq, captured):
    page.run("python", "send_events.py", "placed")
    table = page.run("python", "refusals.py")
    rows = [line.split(" | ") for line in table.splitlines()[1:]]
    assert [row[1] for row in rows[:4]] == ["connection", "channel", "connection", "connection"]
    assert [row[2][:3] for row in rows[:4]] == ["540", "406", "540", "540"]
    if rabbitmq.release >= (4, 3):
        captured(f"{PAGE}/refusals.table", table)
    else:
        assert rows[4][1:] == ["connection", "541 INTERNAL_ERROR"]


def test_expiry_priority_and_message_id_of_a_message_change_nothing(channel):
    channel.queue_declare("plain", durable=True, arguments=STREAM)
    publish(channel, "plain", b"old", expiration="1")
    publish(channel, "plain", b"low", b"same", message_id="order-17")
    publish(channel, "plain", b"high", priority=9, message_id="order-17")
    end = time.monotonic() + 0.2
    wait_until(lambda: time.monotonic() > end, 30, "the first message to be older than its expiration")
    assert take(channel, "plain", 4) == [b"old", b"low", b"same", b"high"]


def test_refused_event_does_not_come_back(rabbitmq):
    channel = pika.BlockingConnection(pika.ConnectionParameters("localhost")).channel()
    channel.basic_qos(prefetch_count=100)
    channel.queue_declare("refused", durable=True, arguments=STREAM)
    publish(channel, "refused", b"1", b"2")
    seen = []
    for method, _, body in channel.consume("refused", arguments=FIRST, inactivity_timeout=30):
        seen.append((body, method.redelivered))
        if rabbitmq.release < (4, 0):
            channel.basic_nack(method.delivery_tag, requeue=True)
            with pytest.raises(pika.exceptions.ConnectionClosedByBroker, match=re.escape(UNKNOWN)):
                listen_until_closed(channel.connection)
            return
        if body == b"2":
            publish(channel, "refused", b"3")
        channel.basic_nack(method.delivery_tag, requeue=True)
        if body == b"3":
            break
    channel.connection.close()
    assert seen == [(b"1", False), (b"2", False), (b"3", False)]


def test_stopping_early_breaks_the_connection_of_old_brokers(rabbitmq):
    """pika refuses what it has fetched and not handed out; RabbitMQ 3.10 knows no refusal for streams."""
    connection = pika.BlockingConnection(pika.ConnectionParameters("localhost"))
    channel = connection.channel()
    channel.queue_declare("early", durable=True, arguments=STREAM)
    publish(channel, "early", *[b"x"] * 20)
    channel.basic_qos(prefetch_count=20)
    method, _, _ = next(channel.consume("early", arguments=FIRST, inactivity_timeout=30))
    channel.basic_ack(method.delivery_tag)
    wait_until(lambda: channel.get_waiting_message_count() > 0, 30, "more messages to be fetched")
    if rabbitmq.release >= (4, 0):
        channel.cancel()
        connection.close()
    else:
        with pytest.raises(pika.exceptions.ConnectionClosedByBroker, match="540"):
            stop_and_listen(channel)


def stop_and_listen(channel) -> None:
    channel.cancel()
    listen_until_closed(channel.connection)


def listen_until_closed(connection) -> None:
    """Raises what the broker says."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        connection.process_data_events(time_limit=1)


def test_two_workers_on_a_stream_do_everything_twice(run_script, rabbitmq):
    run_script(f"{PAGE}/two_workers.py")


def test_reader_without_offset_misses_what_came_while_it_was_away(run_script, rabbitmq):
    run_script(f"{PAGE}/forgetful_reader.py")


def test_stream_cannot_expire_dead_letter_or_vanish(channel):
    for argument in ({"x-message-ttl": 1000}, {"x-dead-letter-exchange": ""}, {"x-max-length": 10}):
        other = channel.connection.channel()
        with pytest.raises(pika.exceptions.ChannelClosedByBroker) as closed:
            other.queue_declare("odd", durable=True, arguments=STREAM | argument)
        assert closed.value.reply_code == 406
