"""What docs/rabbitmq/start.md promises."""

import signal
import urllib.request
from pathlib import Path

import pika
import pytest

from harness.process import WaitError, alive, wait_until

PAGE = "rabbitmq/start"
QUORUM = {"x-queue-type": "quorum"}
# In /proc/net/tcp: the state of a listening socket, 127.0.0.1, and [::], which takes IPv4 too.
LISTEN, LOOPBACK, EVERYWHERE = "0A", "0100007F", "0" * 32
# Undoes what keeps the brokers of the tests on loopback, so that a configuration has to do it.
AS_INSTALLED = {"RABBITMQ_NODE_IP_ADDRESS": "", "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": ""}


@pytest.fixture
def channel(rabbitmq):
    """A channel of the test's own, to look at queues."""
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        yield connection.channel()


def waiting(queue: str = "signups") -> int:
    """Messages in `queue` that no consumer holds."""
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        return connection.channel().queue_declare(queue, passive=True).method.message_count


def listening() -> dict[int, set[str]]:
    """TCP port -> the local addresses it listens on, as the kernel writes them (hexadecimal)."""
    found: dict[int, set[str]] = {}
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            address, port = line.split()[1].split(":")
            if line.split()[3] == LISTEN:
                found.setdefault(int(port, 16), set()).add(address)
    return found


def test_broker_listens_on_every_interface_out_of_the_box(new_rabbitmq):
    new_rabbitmq(port=5673, nodename="installed@localhost", plugins=(), env=AS_INSTALLED)
    assert listening()[5673] == {EVERYWHERE}
    assert listening()[25673] & {EVERYWHERE, "00000000"}


def test_broker_configuration_listens_on_loopback_only(terminal, page, rabbitmq, new_rabbitmq, loaded):
    rabbitmq.stop()
    server = new_rabbitmq(config=page.path / "rabbitmq.conf", plugins=(), env=AS_INSTALLED)
    page.env.update(server.tool_environment())
    terminal("rabbitmq/start/check_broker.console")
    for port in (5672, 15672, 25672):
        assert listening()[port] == {LOOPBACK}, f"port {port} listens on 127.0.0.1 and nothing else"
    with urllib.request.urlopen("http://localhost:15672", timeout=10) as answer:
        assert b"RabbitMQ Management" in answer.read()
    loaded("rabbitmq/start/rabbitmq.conf", "rabbitmq-server", server)


def test_guest_may_log_in_from_this_machine_only_and_heartbeats_come_every_minute(rabbitmq):
    asked = [f"application:get_env(rabbit, {key})" for key in ("default_user", "loopback_users", "heartbeat")]
    assert rabbitmq.eval(f"[{', '.join(asked)}]").split() == ['[{ok,<<"guest">>},{ok,[<<"guest">>]},{ok,60}]']


def test_client_defaults_are_one_attempt_as_guest():
    parameters = pika.ConnectionParameters()
    assert parameters.connection_attempts == 1
    assert (parameters.credentials.username, parameters.credentials.password) == ("guest", "guest")


@pytest.mark.parametrize("installer", ["install", "install_uv"])
def test_package_installs_as_published(shell, workspace, installer):
    shell(f"rabbitmq/start/{installer}.sh", timeout=90)
    assert workspace.run(".venv/bin/python", "-c", "import pika; print(pika.__version__)").strip() == pika.__version__


def test_message_waits_for_a_worker_that_stops_on_ctrl_c(terminal, page):
    terminal("rabbitmq/start/first_message.console")
    assert waiting() == 0, "the message was acknowledged"


def test_message_is_durable_persistent_json_with_an_id(page, channel, rabbitmq):
    page.run("python", "send_signup.py")
    method, properties, body = channel.basic_get("signups")
    assert properties.message_id == "signup-1"
    assert properties.content_type == "application/json"
    assert properties.delivery_mode == pika.DeliveryMode.Persistent.value
    assert body == b'{"id": "signup-1", "name": "Amina", "email": "amina@example.com"}'
    assert not method.redelivered
    queue = rabbitmq.api("GET", "queues/%2F/signups")
    assert queue["type"] == "quorum"
    assert queue["durable"] is True


def test_waiting_worker_gets_a_new_message_and_finishes_it_when_told_to_stop(page):
    worker = page.start("python", "email_worker.py")
    worker.wait_for("waiting for sign-ups")
    page.run("python", "send_signup.py")
    worker.wait_for("writing to amina@example.com")
    assert worker.stop(signal.SIGTERM) == 0
    assert worker.output().splitlines()[-2:] == ["signup-1: done", "stopped"]
    assert waiting() == 0


def test_two_workers_share_the_queue(page):
    workers = [page.start("python", "email_worker.py") for _ in range(2)]
    for worker in workers:
        worker.wait_for("waiting for sign-ups")
    for _ in range(2):
        page.run("python", "send_signup.py")
    for worker in workers:
        worker.wait_for("signup-1: done")
        assert worker.stop() == 0
        assert worker.output().count("writing to") == 1


def test_worker_holds_at_most_ten_unacknowledged_messages(page, channel):
    channel.queue_declare("signups", durable=True, arguments=QUORUM)
    for _ in range(12):
        channel.basic_publish("", "signups", b'{"email": "amina@example.com"}')
    worker = page.start("python", "email_worker.py")
    worker.wait_for("writing to")
    wait_until(lambda: waiting() == 2, 10, "ten of twelve messages to be handed to the worker")
    worker.kill()
    wait_until(lambda: waiting() == 12, 10, "all messages to be back in the queue")


def test_message_of_a_killed_worker_is_redelivered(terminal, page):
    terminal("rabbitmq/start/killed_worker.console")
    assert not alive(int((page.path / "worker.pid").read_text()))
    assert "done" not in (page.path / "first.log").read_text(), "the worker was killed before the ack"
    assert waiting() == 0


def publish_confirmed(queue: str, arguments: dict[str, str], mode: pika.DeliveryMode) -> None:
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        channel = connection.channel()
        channel.queue_declare(queue, durable=True, arguments=arguments)
        channel.confirm_delivery()
        channel.basic_publish("", queue, b"{}", pika.BasicProperties(delivery_mode=mode), mandatory=True)


def test_confirmed_message_survives_the_death_of_the_broker(terminal, page, rabbitmq):
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        connection.channel().queue_declare("signups", durable=True, arguments=QUORUM)
    publish_confirmed("classic-transient", {}, pika.DeliveryMode.Transient)
    publish_confirmed("classic-persistent", {}, pika.DeliveryMode.Persistent)
    publish_confirmed("quorum-transient", QUORUM, pika.DeliveryMode.Transient)
    rabbitmq.await_noted("%2F_quorum-transient")
    killed = rabbitmq.pid
    terminal("rabbitmq/start/killed_broker.console", fails=["python count_signups.py"])
    wait_until(lambda: not alive(killed), 10, "the killed broker to be gone")
    terminal("rabbitmq/start/broker_down.console")
    rabbitmq.start()
    assert rabbitmq.pid != killed
    wait_until(lambda: waiting() == 1, 20, "the message to be back in the queue")
    wait_until(lambda: waiting("quorum-transient") == 1, 20, "a quorum queue to keep what was not persistent")
    assert waiting("classic-persistent") == 1, "a classic queue keeps what is persistent"
    assert waiting("classic-transient") == 0, "and nothing else, although it was confirmed"
    terminal("rabbitmq/start/restarted_broker.console")
    assert waiting() == 0


def test_emptied_broker_takes_any_declaration(terminal, page, rabbitmq):
    rabbitmq.api("PUT", "policies/%2F/short", {"pattern": ".*", "definition": {"max-length": 5}})
    publish_confirmed("signups", {}, pika.DeliveryMode.Persistent)
    with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="inequivalent arg"):
        publish_confirmed("signups", QUORUM, pika.DeliveryMode.Persistent)
    terminal("rabbitmq/start/empty_broker.console")
    assert rabbitmq.api("GET", "queues") == rabbitmq.api("GET", "policies") == []
    publish_confirmed("signups", QUORUM, pika.DeliveryMode.Persistent)


def test_quorum_queue_declared_a_moment_before_the_kill_loses_confirmed_messages(rabbitmq):
    publish_confirmed("old", QUORUM, pika.DeliveryMode.Persistent)
    rabbitmq.await_noted("%2F_old")
    publish_confirmed("newborn-classic", {}, pika.DeliveryMode.Persistent)
    publish_confirmed("newborn", QUORUM, pika.DeliveryMode.Persistent)
    rabbitmq.kill(noted=False)
    rabbitmq.start()
    wait_until(lambda: waiting("old") == 1, 20, "the message of the older queue")
    with pytest.raises(WaitError, match="in vain"):
        wait_until(lambda: waiting("newborn") == 1, 2, "the message of the newborn queue")
    assert waiting("newborn-classic") == 1


def test_wrong_password_is_refused(terminal, page):
    terminal("rabbitmq/start/wrong_password.console")


def test_other_properties_close_the_channel_and_keep_the_queue(terminal, page):
    terminal("rabbitmq/start/other_properties.console")


def test_messages_of_a_killed_worker_are_lost_with_auto_ack(terminal, page):
    terminal("rabbitmq/start/killed_careless_worker.console")
    assert not alive(int((page.path / "worker.pid").read_text()))
    assert "done" not in (page.path / "first.log").read_text(), "killed before the e-mail was written"
    worker = page.start("python", "email_worker.py")
    worker.wait_for("waiting for sign-ups")
    assert worker.stop() == 0
    assert "writing" not in worker.output(), "no worker ever sees the message again"


def test_all_waiting_messages_die_with_a_careless_worker(page, channel):
    channel.queue_declare("signups", durable=True, arguments=QUORUM)
    for _ in range(12):
        channel.basic_publish("", "signups", b'{"email": "amina@example.com"}')
    wait_until(lambda: waiting() == 12, 10, "all messages to be in the queue")
    worker = page.start("python", "careless_worker.py")
    worker.wait_for("writing to")
    worker.kill()
    assert waiting() == 0, "twelve messages were pushed to the worker, and none came back"


def test_careless_worker_runs_to_its_end(page):
    worker = page.start("python", "careless_worker.py")
    page.run("python", "send_signup.py")
    worker.wait_for("signup-1: done")
    assert worker.stop(signal.SIGINT) == 0


def test_message_to_a_misspelled_queue_is_confirmed_and_dropped(run_script, rabbitmq):
    run_script("rabbitmq/start/misspelled_queue.py")
    assert rabbitmq.api("GET", "queues/%2F") == [], "no queue took the message"


def test_mandatory_message_to_a_misspelled_queue_is_an_error(run_script, rabbitmq):
    run_script("rabbitmq/start/misspelled_queue_refused.py")
