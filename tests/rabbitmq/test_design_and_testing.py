"""What docs/rabbitmq/design-and-testing.md promises."""

import re

import pika

PAGE = "rabbitmq/design_and_testing"


def shown(session) -> str:
    return "\n".join(session.outputs)


def test_topology_may_be_declared_again(terminal, page, rabbitmq):
    terminal(f"{PAGE}/topology.console")
    assert {queue["name"] for queue in rabbitmq.api("GET", "queues/%2F")} == {"invoices", "invoices.aside"}


def test_readers_tests_pass_on_a_real_broker_and_leave_nothing(terminal, page, rabbitmq):
    terminal(f"{PAGE}/tests.console")
    assert [vhost["name"] for vhost in rabbitmq.api("GET", "vhosts")] == ["/"]
    assert rabbitmq.api("GET", "queues") == []


def test_mock_is_content_with_what_a_broker_refuses(terminal, page):
    broken = (page.path / "reminders.py").read_text()
    terminal(f"{PAGE}/mock.console")
    assert (page.path / "reminders.py").read_text() != broken, "only the first of the two mistakes was repaired"


def test_mock_passes_with_both_mistakes_in_the_code(page):
    assert "1 passed" in page.run("python", "-m", "pytest", "-q", "test_with_mock.py")


def test_reminder_with_a_string_and_the_right_exchange_is_published(rabbitmq):
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.exchange_declare("events", "topic", durable=True)
        channel.queue_declare("reminders", durable=True)
        channel.queue_bind("reminders", "events", "order.unpaid")
        an_hour = pika.BasicProperties(expiration="3600000")
        channel.basic_publish("events", "order.unpaid", b"order-17", an_hour, mandatory=True)
    assert rabbitmq.queue_depth("reminders") == 1


def test_message_of_17_mib_is_too_big_from_4_0_on(terminal, page, version, rabbitmq):
    if version >= (4, 0):
        terminal(f"{PAGE}/big_photo.console")
        assert rabbitmq.queue_depth("photos") == 0
    else:
        assert page.run("python", "big_photo.py") == ""
        assert rabbitmq.queue_depth("photos") == 1


def test_late_news_overwrites_newer_unless_it_is_numbered(run_script, rabbitmq):
    run_script(f"{PAGE}/out_of_order.py")


def test_ack_before_the_work_loses_the_order(run_script, rabbitmq):
    run_script(f"{PAGE}/ack_first.py")


def test_deleting_a_queue_to_repair_it_deletes_its_orders(run_script, rabbitmq):
    run_script(f"{PAGE}/delete_to_repair.py")


def test_worker_whose_queue_is_deleted_says_so(terminal, page, rabbitmq):
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        channel = connection.channel()
        channel.queue_declare("orders", durable=True)
        channel.basic_publish("", "orders", b"{}")
    terminal(f"{PAGE}/cancelled.console")
    assert rabbitmq.api("GET", "queues/%2F") == []


def test_name_from_a_user_becomes_a_pattern(run_script, rabbitmq):
    run_script(f"{PAGE}/named_by_user.py")


def test_connection_for_each_message_is_many_times_slower(terminal, page):
    session = terminal(f"{PAGE}/connections.console")
    assert float(re.search(r"([\d.]+) ×", shown(session))[1]) > 3


def test_trace_continues_in_the_message_that_a_message_causes(terminal, page):
    session = terminal(f"{PAGE}/trace.console")
    first, second = (line.split("-") for line in "\n".join(session.outputs).split())
    assert first[1] == second[1], "one trace"
    assert first[2] != second[2], "two steps"
