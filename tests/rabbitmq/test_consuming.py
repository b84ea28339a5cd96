"""What docs/rabbitmq/consuming.md promises."""

import signal

import pika
import pytest

from harness.process import wait_until

PAGE = "rabbitmq/consuming"


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
    terminal(f"{PAGE}/invoice_once.console", fails=["python invoice_once.py crash"])
    assert rabbitmq.queue_depth("orders") == 0


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
