"""What docs/rabbitmq/exchanges-and-routing.md promises."""

import xml.etree.ElementTree as ET

import pika
import pytest

from harness import ROOT
from harness.process import alive, wait_until

PAGE = "rabbitmq/exchanges_and_routing"
PICTURE = ROOT / "docs/assets/img/rabbitmq-exchanges-and-routing.svg"


@pytest.fixture
def channel(rabbitmq):
    """A channel of the test's own, with confirms."""
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        yield channel


def has_type(rabbitmq, exchange_type: str) -> bool:
    return exchange_type in [known["name"] for known in rabbitmq.api("GET", "overview")["exchange_types"]]


def refusal(exchange_type: str) -> Exception:
    """What the declaration of an exchange of an unknown type raises."""
    connection = pika.BlockingConnection(pika.ConnectionParameters("localhost"))
    with pytest.raises(pika.exceptions.AMQPError) as caught:
        connection.channel().exchange_declare("unknown", exchange_type)
    if connection.is_open:
        connection.close()
    return caught.value


def receivers(channel, exchange: str, queues, key: str = "", headers=None) -> set[str]:
    """Publish once; the queues that got it. Each of them got one copy."""
    channel.basic_publish(exchange, key, b"{}", pika.BasicProperties(headers=headers))
    counts = {queue: channel.queue_purge(queue).method.message_count for queue in queues}
    assert set(counts.values()) <= {0, 1}
    return {queue for queue, count in counts.items() if count}


def test_event_is_copied_into_each_queue_that_matches(run_script, rabbitmq):
    run_script(f"{PAGE}/order_paid.py")
    assert rabbitmq.api("GET", "exchanges/%2F/shop")["durable"] is True
    assert {queue["name"] for queue in rabbitmq.api("GET", "queues/%2F")} == {"emails", "invoices", "refunds"}


def picture_panels() -> list[ET.Element]:
    panels = [node for node in ET.parse(PICTURE).iter() if node.get("data-exchange")]
    assert [panel.get("data-exchange") for panel in panels] == ["direct", "fanout", "topic", "headers"]
    return panels


def arguments_in(text: str) -> dict[str, str]:
    """The picture writes headers as "all: format=pdf country=de"."""
    return dict(pair.split("=") for pair in text.split(": ")[-1].split() if "=" in pair)


def test_picture_shows_what_a_broker_does(channel):
    """Bindings and message are read from the picture, set up on the broker, and its arrows compared with the copies."""
    for panel in picture_panels():
        kind, key = panel.get("data-exchange"), panel.get("data-message")
        channel.exchange_declare(f"picture-{kind}", kind, durable=True)
        bindings = {node.get("data-queue"): node.get("data-binding") for node in panel.iter() if node.get("data-queue")}
        words = {"".join(node.itertext()) for node in panel.iter() if node.tag.endswith("text")}
        assert key in words, "what the attributes say is what is written"
        for queue, binding in bindings.items():
            assert queue in words
            assert binding in words
            channel.queue_declare(queue, exclusive=True)
            arguments = {"x-match": binding.split(":")[0], **arguments_in(binding)} if kind == "headers" else None
            channel.queue_bind(queue, f"picture-{kind}", "" if kind == "headers" else binding, arguments)
        headers = arguments_in(key) if kind == "headers" else None
        arrows = {node.get("data-to") for node in panel.iter() if node.get("data-to")}
        got = receivers(channel, f"picture-{kind}", bindings, "" if kind == "headers" else key, headers)
        assert got == arrows, kind
        assert got, "each panel delivers something"
        for queue in bindings:
            channel.queue_delete(queue)


def test_new_broker_has_exchanges_of_the_four_types(rabbitmq):
    types = {exchange["name"]: exchange["type"] for exchange in rabbitmq.api("GET", "exchanges/%2F")}
    assert types[""] == "direct"
    assert {"direct", "fanout", "topic", "headers"} == set(types.values())


def test_every_queue_is_bound_to_the_default_exchange_and_nothing_else_can_be(run_script, rabbitmq):
    run_script(f"{PAGE}/default_exchange.py")


def test_direct_exchange_compares_the_whole_key(run_script, rabbitmq):
    run_script(f"{PAGE}/direct.py")


def test_fanout_exchange_ignores_keys(run_script, rabbitmq):
    run_script(f"{PAGE}/fanout.py")


def test_topic_patterns_match_exactly_the_keys_in_the_table(page, captured):
    output = page.run("python", "topic_lab.py")
    head, *lines = [line.split(" | ") for line in output.splitlines()]
    got = {row[0]: {head[n] for n in range(1, len(head)) if row[n] == "yes"} for row in lines}
    assert got == {
        "order": {"order.#", "#"},
        "order.paid": {"order.*", "order.#", "#"},
        "order.paid.eu": {"order.#", "*.paid.*", "#"},
        "order.card.failed": {"order.#", "#.failed", "#"},
        "failed": {"#.failed", "#"},
        "(empty)": {"#"},
    }
    captured(f"{PAGE}/topic_lab.table", output)


def test_star_matches_one_word_also_an_empty_one_and_no_part_of_a_word(channel):
    channel.exchange_declare("events", "topic", durable=True)
    for pattern in ("order.*", "ord*", "*"):
        channel.queue_declare(pattern, exclusive=True)
        channel.queue_bind(pattern, "events", pattern)
    assert receivers(channel, "events", ["order.*", "ord*", "*"], "order") == {"*"}
    assert receivers(channel, "events", ["order.*", "ord*", "*"], "order.") == {"order.*"}


def test_routing_key_of_more_than_255_bytes_is_refused_by_the_client(channel):
    channel.basic_publish("", "k" * 255, b"")
    with pytest.raises(pika.exceptions.ShortStringTooLong):
        channel.basic_publish("", "k" * 256, b"")


def test_headers_exchange_matches_all_or_any(run_script, rabbitmq):
    run_script(f"{PAGE}/headers.py")


def test_headers_that_start_with_x_count_only_for_the_with_x_variants(channel):
    channel.exchange_declare("documents", "headers", durable=True)
    for match in ("all", "all-with-x"):
        channel.queue_declare(match, exclusive=True)
        channel.queue_bind(match, "documents", arguments={"x-match": match, "x-tenant": "eu"})
    assert receivers(channel, "documents", ["all", "all-with-x"], headers={"x-tenant": "us"}) == {"all"}
    assert receivers(channel, "documents", ["all", "all-with-x"], headers={"x-tenant": "eu"}) == {"all", "all-with-x"}


def test_two_bindings_to_one_queue_make_one_copy(run_script, rabbitmq):
    run_script(f"{PAGE}/one_copy.py")


def test_chain_of_exchanges_delivers_once_and_an_internal_one_takes_nothing_from_outside(run_script, rabbitmq):
    run_script(f"{PAGE}/exchange_to_exchange.py")


def test_modulus_hash_sends_equal_keys_to_one_queue(run_script, rabbitmq):
    if not has_type(rabbitmq, "x-modulus-hash"):
        assert rabbitmq.release < (4, 3)
        assert "unknown exchange type" in str(refusal("x-modulus-hash"))
        pytest.skip("x-modulus-hash is built in from RabbitMQ 4.3 on")
    run_script(f"{PAGE}/modulus_hash.py")


def test_local_random_gives_each_message_to_one_queue(run_script, rabbitmq):
    if not has_type(rabbitmq, "x-local-random"):
        assert rabbitmq.release < (4, 0)
        assert "unknown exchange type" in str(refusal("x-local-random"))
        pytest.skip("x-local-random needs RabbitMQ 4.0")
    run_script(f"{PAGE}/local_random.py")


def test_unroutable_message_is_an_error_only_with_mandatory(run_script, rabbitmq):
    run_script(f"{PAGE}/unroutable.py")
    assert rabbitmq.api("GET", "queues/%2F") == [], "no queue took any of them"


def test_policy_with_an_alternate_exchange_catches_what_matches_nothing(terminal, page, rabbitmq):
    terminal(f"{PAGE}/alternate_exchange.console")
    assert rabbitmq.api("GET", "exchanges/%2F/shop")["policy"] == "unrouted"


def test_missing_exchange_closes_the_channel_after_publish_returned(run_script, rabbitmq):
    run_script(f"{PAGE}/missing_exchange.py")


def test_exchange_with_another_type_or_a_reserved_name_is_refused(terminal, page):
    terminal(f"{PAGE}/refused_exchanges.console")


def test_unknown_exchange_type_is_refused(terminal, page, rabbitmq):
    if rabbitmq.release < (4, 0):
        error = refusal("x-delayed-message")
        assert isinstance(error, pika.exceptions.ConnectionClosedByBroker), "not only the channel"
        assert error.reply_code == 503
        assert error.reply_text == "COMMAND_INVALID - unknown exchange type 'x-delayed-message'"
        pytest.skip("shown as RabbitMQ 4 says it; 3.10 closes the connection with 503")
    terminal(f"{PAGE}/unknown_type.console")


def test_durable_exchange_and_its_bindings_survive_the_death_of_the_broker(terminal, page, rabbitmq):
    killed = rabbitmq.pid
    terminal(f"{PAGE}/before_restart.console")
    wait_until(lambda: not alive(killed), 10, "the killed broker to be gone")
    rabbitmq.start()
    assert rabbitmq.pid != killed
    terminal(f"{PAGE}/after_restart.console")
    # Khepri, the metadata store of 4.3, keeps what is not durable, too; nobody should count on it.
    left = {binding["source"] for binding in rabbitmq.api("GET", "bindings/%2F")} - {""}
    assert left == ({"shop"} if rabbitmq.release < (4, 3) else {"shop", "flash-sale"})


def test_event_is_missed_by_a_temporary_queue_whose_owner_was_killed(terminal, page, rabbitmq):
    terminal(f"{PAGE}/missed_event.console")
    assert not alive(int((page.path / "mailer.pid").read_text()))
    wait_until(lambda: rabbitmq.queue_depth("audit") == 1, 10, "the event in the other queue: it was published")


def test_event_is_kept_by_a_lasting_queue_whose_owner_was_killed(terminal, page, rabbitmq):
    terminal(f"{PAGE}/kept_event.console")
    assert not alive(int((page.path / "lasting.pid").read_text()))
    wait_until(lambda: rabbitmq.queue_depth("emails") == 0, 10, "the event to be acknowledged")


def test_one_queue_for_each_process_does_the_work_twice(terminal, page):
    terminal(f"{PAGE}/two_thanks.console")


def test_one_queue_for_the_service_does_the_work_once(terminal, page, rabbitmq):
    terminal(f"{PAGE}/one_thanks.console")
    said = [(page.path / name).read_text().count("thank you") for name in ("third.log", "fourth.log")]
    assert sorted(said) == [0, 1]


def test_temporary_mailer_runs_to_its_end(page):
    mailer = page.start("python", "mailer.py", "temporary", "2")
    mailer.wait_for("listening")
    page.run("python", "publish.py", "order-21")
    mailer.wait_for("thank you for order-21")


def test_exchanges_are_not_durable_and_keys_are_queue_names_by_default_in_pika(channel, rabbitmq):
    channel.exchange_declare("plain", "direct")
    assert rabbitmq.api("GET", "exchanges/%2F/plain")["durable"] is False
    channel.queue_declare("orders", exclusive=True)
    channel.queue_bind("orders", "plain")
    assert [binding["routing_key"] for binding in rabbitmq.api("GET", "exchanges/%2F/plain/bindings/source")] == [
        "orders"
    ]


def test_local_random_refuses_a_key(channel, rabbitmq):
    if not has_type(rabbitmq, "x-local-random"):
        pytest.skip("x-local-random needs RabbitMQ 4.0")
    channel.exchange_declare("resize", "x-local-random", durable=True)
    channel.queue_declare("resize-1", exclusive=True)
    with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="Non empty binding 'resize-1' key not permitted"):
        channel.queue_bind("resize-1", "resize")


def test_queue_gets_nothing_from_before_its_binding(channel):
    channel.exchange_declare("shop", "topic", durable=True)
    channel.basic_publish("shop", "order.paid", b"{}")
    channel.queue_declare("late", exclusive=True)
    channel.queue_bind("late", "shop", "#")
    assert receivers(channel, "shop", ["late"], "order.paid") == {"late"}, "the second message, and only that"


def test_pattern_with_three_hash_signs_is_refused_since_4_3(rabbitmq):
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        channel = connection.channel()
        channel.queue_declare("events", exclusive=True)
        channel.queue_bind("events", "amq.topic", "#.paid.#")
        if rabbitmq.release < (4, 3):
            channel.queue_bind("events", "amq.topic", "#.a.#.b.#")
            return
        with pytest.raises(pika.exceptions.ChannelClosedByBroker) as refused:
            channel.queue_bind("events", "amq.topic", "#.a.#.b.#")
        said = f"{refused.value.reply_code} {refused.value.reply_text}"
        assert (
            said
            == "406 PRECONDITION_FAILED - Topic binding key '#.a.#.b.#' uses 3 '#' wildcards, at most 2 are allowed"
        )
