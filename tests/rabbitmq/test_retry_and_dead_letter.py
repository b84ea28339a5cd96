"""What docs/rabbitmq/retry-and-dead-letter.md promises."""

import re
from itertools import pairwise

import pika
import pytest

from harness import measure
from harness.lab.explore import Scenario
from harness.lab.explore.wire import CommandProxy
from harness.lab.servers.base import ServerError
from harness.process import alive, wait_until

PAGE = "rabbitmq/retry_and_dead_letter"
QUORUM = {"x-queue-type": "quorum"}
BROKER = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
# In place of the page's: notes what was sent. Bilal's provider is down for one attempt.
MAILER = """import os


def send_email(address, message_id):
    if "@" not in address:
        raise ValueError("not an address")
    if address.startswith("bilal") and not os.path.exists("down.log"):
        open("down.log", "w").close()
        raise ConnectionError("mail server does not answer")
    with open("sent.log", "a") as sent:
        print(address, file=sent)
"""
# Runs the worker until two emails are sent and one message is parked; asks the broker past the proxy.
UNTIL_DONE = """import os, pathlib, runpy, signal, sys, threading, time
import pika


def stop_when_done():
    try:
        with pika.BlockingConnection(pika.ConnectionParameters("localhost", 5673)) as connection:
            channel, sent, log, parked = connection.channel(), set(), pathlib.Path("sent.log"), 0
            while len(sent) < 2 or not parked:
                time.sleep(0.05)
                sent = set(log.read_text().split()) if log.exists() else set()
                parked = channel.queue_declare("emails.parked", passive=True).method.message_count
        time.sleep(0.2)  # for the last acknowledgement
    finally:
        os.kill(os.getpid(), signal.SIGTERM)


sys.argv[1:] = []
threading.Thread(target=stop_when_done, daemon=True).start()
runpy.run_path("email_worker.py", run_name="__main__")
"""


@pytest.fixture
def channel(rabbitmq):
    """A channel of the test's own."""
    with pika.BlockingConnection(BROKER) as connection:
        yield connection.channel()


def messages(rabbitmq) -> dict[str, int]:
    """Name of each queue -> all messages that it stores, also those which are not ready for a consumer."""
    lines = rabbitmq.ctl("list_queues", "--no-table-headers", "name", "messages").splitlines()
    return {name: int(count) for name, count in (line.split("\t") for line in lines)}


def back_at_work() -> bool:
    """Whether the second attempt waits in "emails". A depth alone may be from before the ack of the first: the queue
    of a restarted broker answers while it still reads its log."""
    with pika.BlockingConnection(BROKER) as connection:
        channel = connection.channel()
        method, properties, _ = channel.basic_get("emails")
        if method is None:
            return False
        channel.basic_nack(method.delivery_tag, requeue=True)
        channel.queue_declare("emails", passive=True)  # an answer: the message is where it was
        return (properties.headers or {}).get("attempt") == 2


def printed(session) -> str:
    """What the commands of a session printed in this run."""
    return "\n".join(session.outputs)


def gaps(output: str, answer: str) -> list[float]:
    """The seconds that delayed_retry.py printed for `answer`."""
    line = next(line for line in output.splitlines() if line.startswith(answer))
    return [float(gap) for gap in re.findall(r"([\d.]+) s", line)]


def test_rejected_message_goes_to_the_dead_letter_queue_and_says_why(run_script, rabbitmq):
    names = run_script(f"{PAGE}/dead_letter.py")
    headers = names["properties"].headers
    assert headers["x-first-death-queue"] == "emails"
    assert headers["x-first-death-reason"] == "rejected"


def test_attempts_come_after_their_delays_and_end_in_the_parking_lot(terminal, page, channel):
    session = terminal(f"{PAGE}/attempts.console")
    at = [float(seconds) for seconds in re.findall(r"([\d.]+) s: bilal", printed(session))]
    assert len(at) == 4
    for delay, (earlier, later) in zip((0.5, 1, 2), pairwise(at), strict=True):
        gap = later - earlier
        assert delay - 0.05 <= gap <= delay + 2, "never earlier, and a slow machine may be late"
    terminal(f"{PAGE}/replay.console")
    _, properties, body = channel.basic_get("emails")
    assert (body, properties.message_id) == (b"chen", "welcome-chen")
    assert not properties.headers.keys() & {"attempt", "error"}


def test_message_that_has_waited_tells_in_x_death_where_and_why(channel, page):
    page.run("python", "queues.py", env={"RETRY_DELAYS": "0.1"})
    channel.confirm_delivery()
    channel.basic_publish("", "emails.wait.0.1s", b"bilal@down.example", mandatory=True)
    _, properties, _ = next(channel.consume("emails", inactivity_timeout=30))
    (death,) = properties.headers["x-death"]
    assert (death["queue"], death["reason"], death["count"]) == ("emails.wait.0.1s", "expired", 1)


def test_delays_are_one_five_and_thirty_seconds_unless_you_say_otherwise(page, rabbitmq):
    page.run("python", "queues.py")
    queues = {queue["name"]: queue["arguments"] for queue in rabbitmq.api("GET", "queues/%2F")}
    times = {name: found["x-message-ttl"] for name, found in queues.items() if "x-message-ttl" in found}
    assert times == {"emails.wait.1s": 1000, "emails.wait.5s": 5000, "emails.wait.30s": 30000}


def test_one_queue_with_two_expirations_holds_back_the_shorter(run_script, rabbitmq):
    run_script(f"{PAGE}/head_of_line.py")


def test_one_queue_for_each_delay_does_not(run_script, rabbitmq):
    run_script(f"{PAGE}/two_rooms.py")


def test_expiration_as_a_number_is_an_assertion_error(run_script, rabbitmq):
    run_script(f"{PAGE}/number_as_expiration.py")


def test_delayed_exchange_is_unknown_without_its_plugin(terminal, page, version):
    if version >= (4, 0):
        terminal(f"{PAGE}/delayed_exchange.console")
    else:
        said = page.run("python", "delayed_exchange.py")
        assert "ConnectionClosedByBroker 503 COMMAND_INVALID - unknown exchange type 'x-delayed-message'" in said


def test_delayed_retry_grows_with_reject_and_not_with_nack_and_older_brokers_ignore_it(terminal, page, version):
    if version < (4, 3):
        output = page.run("python", "delayed_retry.py")
        assert min(gaps(output, "basic_nack") + gaps(output, "basic_reject")) < 0.2
        return
    output = printed(terminal(f"{PAGE}/delayed_retry.console"))
    for wanted, answer in (((0.2,) * 4, "basic_nack"), ((0.2, 0.4, 0.5, 0.5), "basic_reject")):
        assert all(gap >= least for gap, least in zip(gaps(output, answer), wanted, strict=True))
    assert gaps(output, "basic_reject")[2] > gaps(output, "basic_reject")[0]


def test_delivery_limit_ends_retries_in_the_dead_letter_queue(channel):
    delayed = {"x-delayed-retry-type": "all", "x-delayed-retry-min": 50, "x-delayed-retry-max": 100}
    limited = {"x-delivery-limit": 2, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead"}
    channel.queue_declare("dead", durable=True, arguments=QUORUM)
    channel.queue_declare("work", durable=True, arguments={**QUORUM, **delayed, **limited})
    channel.confirm_delivery()
    channel.basic_publish("", "work", b"1", mandatory=True)
    attempts = channel.consume("work", inactivity_timeout=30)
    for _ in range(3):
        channel.basic_reject(next(attempts)[0].delivery_tag, requeue=True)
    channel.cancel()
    _, properties, _ = next(channel.consume("dead", inactivity_timeout=30))
    assert properties.headers["x-death"][0]["reason"] == "delivery_limit"


def test_message_that_a_full_queue_drops_is_a_dead_letter(channel):
    full = {"x-max-length": 1, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead"}
    channel.queue_declare("dead", durable=True, arguments=QUORUM)
    channel.queue_declare("work", durable=True, arguments={**QUORUM, **full})
    channel.confirm_delivery()
    for body in (b"1", b"2"):
        channel.basic_publish("", "work", body, mandatory=True)
    _, properties, body = next(channel.consume("dead", inactivity_timeout=30))
    assert (body, properties.headers["x-death"][0]["reason"]) == (b"1", "maxlen")


def test_requeueing_at_once_tries_again_without_a_pause(run_script, rabbitmq):
    assert run_script(f"{PAGE}/hot_loop.py")["attempts"] > 50


def test_x_death_of_a_republished_message_counts_only_before_4_0(terminal, page, version):
    if version >= (4, 0):
        terminal(f"{PAGE}/x_death.console")
    else:
        said = page.run("python", "x_death.py")
        assert said.split()[3::4] == ["1", "2", "3"]


def test_dead_letter_for_a_queue_that_does_not_exist_is_lost(run_script, rabbitmq):
    run_script(f"{PAGE}/lost_dead_letter.py")
    assert set(messages(rabbitmq).values()) == {0}


def test_at_least_once_keeps_a_dead_letter_that_has_nowhere_to_go(run_script, rabbitmq, quick_ticks):
    run_script(f"{PAGE}/kept_dead_letter.py")
    assert rabbitmq.queue_depth("invoices") == 0, "it is not ready for consumers"
    wait_until(lambda: messages(rabbitmq)["invoices"] == 1, 30, "the message to be counted")


def test_retry_survives_the_death_of_worker_and_broker(terminal, page, rabbitmq):
    page.run("python", "queues.py", env={"RETRY_DELAYS": "6 12 24"})
    rabbitmq.await_noted("%2F_emails.parked")
    rabbitmq.await_noted("%2F_emails.wait.24s")
    killed = rabbitmq.pid
    terminal(f"{PAGE}/killed_broker.console")
    wait_until(lambda: not alive(killed), 30, "the killed broker to be gone")
    assert not alive(int((page.path / "worker.pid").read_text()))
    rabbitmq.start()
    assert rabbitmq.pid != killed
    wait_until(back_at_work, 60, "the message to come back to work")
    terminal(f"{PAGE}/restarted_broker.console")


def test_headers_of_the_sender_survive_retries_and_the_way_back(page, channel):
    page.run("python", "-c", "import pika, topology; topology.declare(pika.BlockingConnection().channel())")
    headers = {"version": 2, "traceparent": "00-abc"}
    sent = pika.BasicProperties(headers=headers, message_id="welcome-dora", delivery_mode=2)
    channel.confirm_delivery()
    channel.basic_publish("", "emails", b"dora", sent)
    worker = page.start("python", "email_worker.py")
    worker.wait_for("dora, attempt 1: emails.parked")
    worker.stop()
    _, parked, _ = channel.basic_get("emails.parked")
    assert {**headers, "attempt": 2}.items() <= parked.headers.items()
    channel.basic_publish("", "emails.parked", b"dora", parked)
    page.run("python", "replay.py")
    _, replayed, _ = channel.basic_get("emails", auto_ack=True)
    # What this broker adds to a first delivery (3.10: x-delivery-count) is in both.
    channel.basic_publish("", "emails", b"dora", sent)
    _, first_delivery, _ = channel.basic_get("emails", auto_ack=True)
    assert replayed.headers == first_delivery.headers
    assert headers.items() <= replayed.headers.items()


@pytest.fixture
def mailing(rabbitmq, new_rabbitmq, workspace):
    """The scenario for the email worker: one email that works, one that works later, one that never will."""
    rabbitmq.stop()
    broker = new_rabbitmq(port=5673, nodename="explored@localhost", plugins=())
    workspace.copy(PAGE)
    workspace.env["RETRY_DELAYS"] = "0.1 0.2 0.3"
    (workspace.path / "mailer.py").write_text(MAILER)
    (workspace.path / "until_done.py").write_text(UNTIL_DONE)
    parameters = pika.ConnectionParameters("localhost", broker.port)
    queues = ("emails", "emails.wait.0.1s", "emails.wait.0.2s", "emails.wait.0.3s", "emails.parked")
    to = ("amina@example.com", "bilal@example.com", "chen")
    twice: list[bool] = []

    def prepare() -> None:
        for file in workspace.path.glob("*.log"):
            file.unlink()
        with pika.BlockingConnection(parameters) as connection:
            channel = connection.channel()
            for queue in queues:
                channel.queue_delete(queue)
        workspace.run("python", "send_email.py", *to, env={measure.VARIABLE: ""})

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
        worker = workspace.start("python", "until_done.py", env={measure.VARIABLE: ""})
        wait_until(lambda: worker.returncode is not None, 60, "the next worker to end")

    def violations() -> list[str]:
        sent = (workspace.path / "sent.log").read_text().split()
        parked = []
        with pika.BlockingConnection(parameters) as connection:
            channel = connection.channel()
            while (found := channel.basic_get("emails.parked", auto_ack=True))[0]:
                parked.append((found[2], found[1].message_id))
        twice[:] = [len(sent) > 2 or len(parked) > 1]
        said = [] if set(sent) == set(to[:2]) else [f"sent: {sent}"]
        return said + ([] if set(parked) == {(b"chen", "welcome-chen")} else [f"parked: {parked}"])

    with CommandProxy(5672, broker.port, "amqp") as proxy:
        yield Scenario(
            workspace,
            ["until_done.py"],
            "email_worker.py",
            prepare,
            recover,
            violations,
            proxy=proxy,
            notes=lambda: ["sent or parked twice"] if any(twice) else [],
        )


@pytest.mark.timeout(1200)
def test_each_email_is_sent_or_parked_whatever_happens_to_the_worker(mailing, explored):
    # No freeze: the worker keeps nothing that another one could overtake. No refusal: a delay queue that refuses ends
    # the worker, and the message stays where it is.
    faults = ["kill", "cut", "lost answer"]
    print(explored(f"{PAGE}/email_worker.py", mailing, faults, kept="each email was sent or parked"))


def test_message_that_ends_its_worker_is_parked_and_replayed(page, rabbitmq):
    page.run("python", "send_email.py", "dora@example.com")
    deliveries = 0
    while deliveries < 21:
        with pika.BlockingConnection(BROKER) as worker:  # ends without an answer, as one that is killed
            deliveries += worker.channel().basic_get("emails")[0] is not None
    rabbitmq.await_queue("emails.parked", 1, 0, 30)
    assert page.run("python", "replay.py") == "dora@example.com: ended its worker\n"
    rabbitmq.await_queue("emails", 1, 0, 30)
