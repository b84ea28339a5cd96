"""What docs/rabbitmq/delay.md promises."""

import re

import pytest

from harness.process import alive, wait_until

PAGE = "rabbitmq/delay"


@pytest.mark.timeout(300)
def test_delayed_message_survives_a_killed_broker(page, rabbitmq):
    said = page.run(
        "python",
        "-c",
        "import pika, delays\n"
        "with pika.BlockingConnection(pika.ConnectionParameters('localhost')) as connection:\n"
        "    channel = connection.channel()\n"
        "    channel.queue_declare('parcels', durable=True, arguments={'x-queue-type': 'quorum'})\n"
        "    delays.declare(channel)\n"
        "    delays.accept(channel, 'parcels')\n"
        "    channel.confirm_delivery()\n"
        "    try:\n        delays.publish_later(channel, 'parcels', b'', None, 2**17)\n"
        "    except ValueError as error:\n        print(error)\n"
        "    try:\n        delays.publish_later(channel, 'parcels', b'', pika.BasicProperties(expiration='1'), 7)\n"
        "    except ValueError as error:\n        print(error)\n"
        "    delays.publish_later(channel, 'parcels', b'', pika.BasicProperties(message_id='later'), 16)\n",
    )
    assert said == "131072 s: choose 0 to 131071\nexpiration would end the delay early\n"
    # A queue that was just born may be forgotten by a killed broker. What is noted of an earlier queue of that name
    # says nothing, so this is the first test of the file.
    for name in ("parcels", *(f"delay.{level}" for level in range(17))):
        rabbitmq.await_noted(f"%2F_{name}")
    killed = rabbitmq.pid
    rabbitmq.kill()
    assert not alive(killed)
    rabbitmq.start()
    wait_until(lambda: rabbitmq.counts("parcels")[0] >= 1, 240, "the message, once or twice", 0.1)


def test_message_arrives_after_its_delay_and_waits_for_no_longer_one(terminal, page):
    said = "\n".join(terminal(f"{PAGE}/remind.console", timeout=60).outputs)
    arrived = {name: float(at) for at, name in re.findall(r"([\d.]+) s: (\w+)", said)}
    assert list(arrived) == ["bilal", "chen", "amina"]
    assert all(arrived[name] >= least for name, least in (("bilal", 0.9), ("chen", 2.9), ("amina", 4.9)))


def test_broker_does_not_compare_message_ids(run_script, rabbitmq):
    run_script(f"{PAGE}/same_id.py")
