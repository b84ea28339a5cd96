"""What docs/rabbitmq/rpc.md promises."""

import json
import threading

import pika
import pytest

from harness.process import alive, wait_until

PAGE = "rabbitmq/rpc"
REPLIES = "amq.rabbitmq.reply-to"


@pytest.fixture
def channel(rabbitmq):
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        yield connection.channel()


def serve(page, *seconds: str):
    server = page.start("python", "price_server.py", *seconds)
    server.wait_for("ready")
    return server


def pid(page, name: str) -> int:
    return int((page.path / f"{name}.pid").read_text())


def test_client_gets_the_price_or_the_error_of_its_question(terminal, page, rabbitmq):
    terminal(f"{PAGE}/ask.console")
    # Played one after the other, with the server of the first still running.
    terminal(f"{PAGE}/many.console")
    wait_until(lambda: not alive(pid(page, "server")), 30, "the server to stop when told")
    names = [queue["name"] for queue in rabbitmq.api("GET", "queues/%2F")]
    assert names == ["price-requests"], "no queue for replies is left, and none for direct replies was there"
    assert rabbitmq.queue_depth("price-requests") == 0


def test_direct_replies_need_no_queue_while_the_client_waits(page, rabbitmq):
    server = serve(page, "60")
    client = page.start("python", "ask_price.py", "Lahore", "90")
    server.wait_for("working")
    names = {queue["name"] for queue in rabbitmq.api("GET", "queues/%2F")}
    assert names == {"price-requests"}
    client.kill()
    server.kill()


def test_server_answers_what_is_broken_and_what_has_no_address(page, rabbitmq, channel):
    server = serve(page)
    mine = channel.queue_declare("", exclusive=True).method.queue
    channel.basic_publish("", "price-requests", b"{broken")
    channel.basic_publish("", "price-requests", b"[]", pika.BasicProperties(reply_to=mine, correlation_id="list"))
    _, properties, body = next(channel.consume(mine, auto_ack=True, inactivity_timeout=30))
    assert properties.correlation_id == "list"
    assert json.loads(body)["error"].startswith("TypeError")
    wait_until(lambda: rabbitmq.queue_depth("price-requests") == 0, 30, "both requests to be taken")
    assert server.stop() == 0


def test_server_publishes_wherever_the_request_says(page, channel):
    """Why the page warns that reply_to is input."""
    channel.queue_declare("orders", durable=True)
    server = serve(page)
    channel.basic_publish("", "price-requests", b'{"city": "Lahore"}', pika.BasicProperties(reply_to="orders"))
    _, _, body = next(channel.consume("orders", auto_ack=True, inactivity_timeout=30))
    assert json.loads(body) == {"price": 250}
    assert server.stop() == 0


def test_permission_for_the_default_exchange_reaches_every_queue(rabbitmq, channel):
    channel.queue_declare("orders", durable=True)
    rabbitmq.api("PUT", "users/prices", {"password": "secret", "tags": ""})
    rabbitmq.api("PUT", "permissions/%2F/prices", {"configure": "^$", "write": r"^amq\.default$", "read": "^$"})
    login = pika.PlainCredentials("prices", "secret")
    with pika.BlockingConnection(pika.ConnectionParameters("localhost", credentials=login)) as connection:
        theirs = connection.channel()
        theirs.confirm_delivery()
        theirs.basic_publish("", "orders", b"{}", mandatory=True)
    assert rabbitmq.queue_depth("orders") == 1


def test_client_hears_at_once_of_a_missing_queue_and_in_time_of_a_server_that_is_down(terminal, page, rabbitmq):
    terminal(f"{PAGE}/server_down.console")
    assert not alive(pid(page, "first"))
    assert rabbitmq.queue_depth("price-requests") == 0, "the request that nobody waited for any more is gone"


def test_request_of_a_killed_server_is_answered_by_the_next_one(terminal, page, rabbitmq):
    terminal(f"{PAGE}/killed_server.console")
    assert not alive(pid(page, "first"))
    assert (page.path / "first.log").read_text().count("working") == 1
    assert rabbitmq.queue_depth("price-requests") == 0


def test_late_reply_is_ignored_by_its_correlation_id_and_believed_without(terminal, page):
    terminal(f"{PAGE}/late.console")
    terminal(f"{PAGE}/careless.console")


def test_time_limit_holds_when_the_broker_is_frozen(terminal, page, rabbitmq):
    server = serve(page)
    try:
        terminal(f"{PAGE}/frozen_broker.console")
    finally:
        rabbitmq.thaw()
    assert server.output().count("working") >= 2
    assert server.stop() == 0


def test_publishing_with_confirms_waits_for_a_frozen_broker(rabbitmq, channel):
    channel.queue_declare("price-requests", durable=True)
    channel.confirm_delivery()
    publishing = threading.Thread(target=channel.basic_publish, args=("", "price-requests", b"{}"))
    rabbitmq.freeze()
    publishing.start()
    try:
        publishing.join(1.5)
        assert publishing.is_alive(), "it waits for longer than a client with a limit of one second would"
    finally:
        rabbitmq.thaw()
    publishing.join(30)
    assert not publishing.is_alive()


def test_answer_is_lost_with_the_broker(terminal, page, rabbitmq):
    killed = rabbitmq.pid
    terminal(f"{PAGE}/killed_broker.console")
    wait_until(lambda: not alive(killed), 30, "the killed broker to be gone")
    assert not alive(pid(page, "client"))
    assert "Lahore:" not in (page.path / "client.log").read_text()
    rabbitmq.start()


def test_server_can_ask_whether_the_client_still_waits(run_script, rabbitmq):
    run_script(f"{PAGE}/client_gone.py")


def test_reply_to_a_client_that_left_comes_back_only_before_43(rabbitmq, channel):
    major, minor = (int(part) for part in rabbitmq.version.split(".")[:2])
    requests = channel.queue_declare("", exclusive=True).method.queue
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as client:
        asking = client.channel()
        asking.basic_consume(REPLIES, lambda *_: None, auto_ack=True)
        asking.basic_publish("", requests, b"{}", pika.BasicProperties(reply_to=REPLIES))
        _, request, _ = next(channel.consume(requests, auto_ack=True, inactivity_timeout=30))
    channel.cancel()
    channel.confirm_delivery()
    if (major, minor) >= (4, 3):
        channel.basic_publish("", request.reply_to, b"250", mandatory=True)
    else:
        with pytest.raises(pika.exceptions.UnroutableError):
            channel.basic_publish("", request.reply_to, b"250", mandatory=True)


def test_reply_in_an_exclusive_queue_is_gone_with_its_client(channel):
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as client:
        replies = client.channel().queue_declare("", exclusive=True).method.queue
    channel.confirm_delivery()
    with pytest.raises(pika.exceptions.UnroutableError):
        channel.basic_publish("", replies, b"250", mandatory=True)


def test_rules_of_direct_replies_are_errors_406(run_script, rabbitmq):
    run_script(f"{PAGE}/reply_rules.py")


def test_client_without_a_time_limit_waits_until_it_is_stopped(terminal, page):
    terminal(f"{PAGE}/hanging.console", fails=["timeout 2 python hanging_client.py"])
    server = serve(page)
    assert json.loads(page.run("python", "hanging_client.py")) == {"price": 250}
    assert server.stop() == 0


def test_connecting_has_limits_of_its_own():
    parameters = pika.ConnectionParameters()
    assert (parameters.socket_timeout, parameters.stack_timeout) == (10, 15)
