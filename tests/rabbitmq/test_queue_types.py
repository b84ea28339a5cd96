"""What docs/rabbitmq/queue-types.md promises."""

import pika
import pytest

from harness.process import alive, wait_until

PAGE = "rabbitmq/queue_types"
BROKER = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)


def test_three_types_are_what_they_were_declared_as(run_script, rabbitmq):
    run_script(f"{PAGE}/three_types.py")
    found = {queue["name"]: (queue["type"], queue["durable"]) for queue in rabbitmq.api("GET", "queues/%2F")}
    assert found == {
        "orders": ("quorum", True),
        "orders.log": ("stream", True),
        "thumbnails": ("classic", True),
    }


def test_queue_without_a_type_is_classic(rabbitmq):
    with pika.BlockingConnection(BROKER) as connection:
        connection.channel().queue_declare("plain", durable=True)
    assert rabbitmq.api("GET", "queues/%2F/plain")["type"] == "classic"


def test_each_type_refuses_what_it_cannot_do(captured, page):
    captured(f"{PAGE}/accepted.table", page.run("python", "ask_broker.py"))


def test_priority_order_of_each_type(captured, page, version):
    table = page.run("python", "priorities.py")
    if version >= (4, 3):
        captured(f"{PAGE}/priorities.table", table)
        return
    rows = {cells[0]: cells[2] for cells in (line.split(" | ") for line in table.splitlines())}
    assert rows["quorum"] == ("5 9 0 1 3" if version >= (4, 0) else "0 1 5 3 9")
    assert rows["classic, x-max-priority 10"] == "9 5 3 1 0"
    assert rows["classic"] == "0 1 5 3 9"


def test_quorum_queue_refuses_a_maximum_priority(terminal, page):
    terminal(f"{PAGE}/refused_priority.console")


def test_full_queue_drops_confirmed_messages_from_its_head(run_script, rabbitmq):
    run_script(f"{PAGE}/drop_head.py")


def test_full_queue_with_reject_publish_drops_nothing(run_script, rabbitmq):
    names = run_script(f"{PAGE}/reject_publish.py")
    assert names["refused"]
    assert len(names["confirmed"]) >= 3
    with pika.BlockingConnection(BROKER) as connection:
        channel = connection.channel()
        left = [int(channel.basic_get("orders", auto_ack=True)[2]) for _ in names["confirmed"]]
    assert left == names["confirmed"], "every confirmed message is there"


def test_classic_queue_with_reject_publish_keeps_exactly_its_limit(rabbitmq):
    short = {
        "x-queue-type": "classic",
        "x-max-length": 3,
        "x-overflow": "reject-publish",
    }
    with pika.BlockingConnection(BROKER) as connection:
        channel = connection.channel()
        channel.queue_declare("orders", durable=True, arguments=short)
        channel.confirm_delivery()
        for number in range(3):
            channel.basic_publish("", "orders", b"%d" % number, mandatory=True)
        with pytest.raises(pika.exceptions.NackError):
            channel.basic_publish("", "orders", b"3", mandatory=True)
    assert rabbitmq.queue_depth("orders") == 3


def test_management_numbers_are_refreshed_every_five_seconds(rabbitmq):
    assert rabbitmq.eval("application:get_env(rabbit, collect_statistics_interval)") == "{ok,5000}"


def test_policy_changes_a_live_queue_without_a_new_declaration(terminal, page, rabbitmq, quick_ticks):
    terminal(f"{PAGE}/policy.console", timeout=60)
    assert rabbitmq.api("GET", "queues/%2F/orders")["arguments"] == {"x-queue-type": "quorum"}
    rabbitmq.ctl(
        "set_policy",
        "limits",
        "^orders",
        '{"max-length": 2, "overflow": "reject-publish"}',
    )
    with pika.BlockingConnection(BROKER) as connection:
        channel = connection.channel()
        channel.confirm_delivery()

        def refused() -> bool:
            try:
                channel.basic_publish("", "orders", b"1", mandatory=True)
            except pika.exceptions.NackError:
                return True
            return False

        wait_until(refused, 30, "the new limit to be in force", interval=0.1)


def test_changed_argument_is_refused(terminal, page):
    terminal(f"{PAGE}/other_limit.console")


def test_second_consumer_takes_over_in_order_when_the_first_is_killed(terminal, page, rabbitmq):
    terminal(f"{PAGE}/failover.console")
    assert not alive(int((page.path / "first.pid").read_text()))
    second = [line for line in (page.path / "second.log").read_text().splitlines() if "step" in line]
    assert second == [f"second: step {step}" for step in (3, 4, 5, 6)]
    wait_until(lambda: rabbitmq.queue_depth("order-17") == 0, 30, "all steps to be done")


def test_ordered_worker_stops_when_told(page):
    worker = page.start("python", "ordered_worker.py", "only")
    page.run("python", "send_steps.py")
    worker.wait_for("step 6")
    assert worker.stop() == 0


def test_two_plain_consumers_share_the_messages(rabbitmq):
    with pika.BlockingConnection(BROKER) as connection:
        channel = connection.channel()
        channel.queue_declare("steps", durable=True, arguments={"x-queue-type": "quorum"})
        got = {"first": [], "second": []}
        channel.basic_qos(prefetch_count=1)
        for name in got:
            channel.basic_consume(
                "steps",
                lambda ch, method, _, body, name=name: (
                    got[name].append(body),
                    ch.basic_ack(method.delivery_tag),
                ),
            )
        for step in range(10):
            channel.basic_publish("", "steps", b"%d" % step)

        def all_done() -> bool:
            connection.process_data_events(time_limit=0.1)
            return len(got["first"]) + len(got["second"]) == 10

        wait_until(all_done, 30, "ten steps to be done")
    assert got["first"]
    assert got["second"]


def test_exclusive_queue_belongs_to_its_connection(run_script, rabbitmq):
    run_script(f"{PAGE}/exclusive.py")


def test_auto_delete_queue_goes_with_its_last_consumer(run_script, rabbitmq):
    run_script(f"{PAGE}/auto_delete.py")


def test_messages_and_queues_expire(run_script, rabbitmq):
    run_script(f"{PAGE}/time_to_live.py")


@pytest.mark.own_servers("configures servers, so that they deny what upstream denies and Debian permits")
def test_queue_that_is_neither_durable_nor_exclusive_is_refused_from_4_3_on(terminal, page, version, rabbitmq):
    if version >= (4, 3):
        terminal(f"{PAGE}/not_durable.console")
        assert rabbitmq.api("GET", "queues/%2F") == []
    else:
        with pika.BlockingConnection(BROKER) as connection:
            connection.channel().queue_declare("hello")
        assert rabbitmq.api("GET", "queues/%2F/hello")["durable"] is False


def test_default_type_of_a_virtual_host(terminal, page, version):
    terminal(f"{PAGE}/default_type.console")


def test_message_without_priority_counts_as_4_in_a_quorum_queue_and_as_0_in_a_classic_one(rabbitmq):
    if rabbitmq.release < (4, 3):
        pytest.skip("before 4.3 a quorum queue does not order by priority, or knows two classes only")
    order = {}
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        channel = connection.channel()
        for kind in ({"x-queue-type": "quorum"}, {"x-queue-type": "classic", "x-max-priority": 10}):
            name = f"ranked-{kind['x-queue-type']}"
            channel.queue_declare(name, durable=True, arguments=kind)
            for priority in (3, None, 5):
                channel.basic_publish("", name, str(priority).encode(), pika.BasicProperties(priority=priority))
            rabbitmq.await_queue(name, 3, 0, 30)
            order[kind["x-queue-type"]] = [channel.basic_get(name, auto_ack=True)[2].decode() for _ in range(3)]
    assert order == {"quorum": ["5", "None", "3"], "classic": ["5", "3", "None"]}


def test_returned_message_comes_first_in_a_quorum_queue_and_by_priority_in_a_classic_one(rabbitmq):
    order = {}
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for kind in ({"x-queue-type": "quorum"}, {"x-queue-type": "classic", "x-max-priority": 10}):
            name = f"returned-{kind['x-queue-type']}"
            channel.queue_declare(name, durable=True, arguments=kind)
            channel.basic_publish("", name, b"1", pika.BasicProperties(priority=1))
            method, _, _ = channel.basic_get(name)
            channel.basic_publish("", name, b"9", pika.BasicProperties(priority=9))
            channel.basic_nack(method.delivery_tag, requeue=True)
            rabbitmq.await_queue(name, 2, 0, 30)
            order[kind["x-queue-type"]] = [channel.basic_get(name, auto_ack=True)[2] for _ in range(2)]
    assert order["classic"] == [b"9", b"1"]
    if rabbitmq.release >= (4, 3):  # as the page says
        assert order["quorum"] == [b"1", b"9"]


def test_consumer_of_higher_priority_is_served_first(run_script, rabbitmq):
    run_script(f"{PAGE}/consumer_priority.py")
