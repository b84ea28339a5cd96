"""What docs/capstone/jobs.md promises."""

import json
import threading
import time

import pytest

PAGE = "capstone/jobs"
PATIENCE = 120.0  # seconds: a worker looks for its broker again after a while
pytestmark = pytest.mark.timeout(600)
AGAIN = "import sys; from signup.tasks import workflow; workflow(sys.argv[1]).apply_async()"


@pytest.fixture(scope="module")
def running(stack):
    """web, relay, worker; a step that fails is tried twice more."""
    stack.start("web", "relay", "worker", RETRIES="2")
    return stack.processes


def events(stack) -> int:
    """Errors that Sentry has, once the one that ends a sign-up had time to arrive: an error event overtakes nothing,
    for the same process sends the step's transaction after it."""
    return len(stack.events())


def test_what_the_mail_server_says_decides_about_retries_and_events(stack, running, captured):
    mail = stack.mail
    rows = ["The mail server says | Attempts | E-mails | Events in Sentry | The sign-up is"]

    def drill(what: str, email: str, state: str) -> str:
        before, seen = mail.attempts, events(stack)
        signup = stack.sign_up(email)
        stack.wait_for(signup, state, PATIENCE)
        if state == "failed":
            stack.sentry.wait_for("event", seen + 1)
        row = (mail.attempts - before, mail.distinct()[email], events(stack) - seen, f"`{state}`")
        rows.append(f"{what} | " + " | ".join(map(str, row)))
        return signup

    drill("`250`", "amina@example.com", "done")
    mail.refusals = ["451 try later", "451 try later"]
    drill("`451` twice, then `250`", "omar@example.com", "done")
    mail.refuse = "451 try later"
    parked = drill("`451` for ever", "sara@example.com", "failed")
    mail.refuse = None
    captured(f"{PAGE}/mail.table", "\n".join(rows))
    (event,) = stack.sentry.payloads("event")
    assert event["exception"]["values"][-1]["type"] == "SMTPDataError"
    assert event["tags"]["celery_task_id"]
    assert stack.space.run("python", "-m", "signup.outbox", timeout=120) == "due again: 1\n"
    stack.wait_for(parked, "done", PATIENCE)
    assert mail.distinct()["sara@example.com"] == 1


def test_workflow_that_is_started_twice_has_its_effects_once(stack, running):
    signup = stack.sign_up("lina@example.com")
    for _ in range(2):
        stack.space.run("python", "-c", AGAIN, signup, timeout=120)
    stack.wait_for(signup, "done", PATIENCE)
    running["worker"].wait_for(rf"sign-up done.*{signup}", PATIENCE, count=3)
    assert [address for _, address in stack.mail.raw].count("lina@example.com") == 1
    for table, count in (("profiles", 1), ("notifications", 2)):
        assert stack.rows(f"select count(*) from {table} where signup_id = '{signup}'") == [(count,)]


def test_killed_between_acceptance_and_note_sends_the_same_email_again(stack, running, captured):
    mail = stack.mail
    mail.hold = threading.Event()
    signup = stack.sign_up("yusuf@example.com")
    deadline = time.monotonic() + PATIENCE
    while "yusuf@example.com" not in mail.distinct():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    running["worker"].kill()  # the mail server has the e-mail, and nobody has heard the 250
    mail.hold.set()
    mail.hold = None
    assert stack.status(signup)["mailed"] is False
    stack.start("worker", RETRIES="2")
    stack.wait_for(signup, "done", PATIENCE)
    raw = [message for message, address in mail.raw if address == "yusuf@example.com"]
    rows = [
        "What the mail server counted | Number",
        f"deliveries that it confirmed | {len(raw)}",
        f"different `Message-ID`s among them | {len(set(raw))}",
    ]
    captured(f"{PAGE}/window.table", "\n".join(rows))


def test_signups_go_on_while_rabbitmq_is_away(stack, running, captured, log_lines):
    stack.rabbitmq.stop()
    signup = stack.sign_up("hana@example.com")
    running["relay"].wait_for("RabbitMQ did not take it", PATIENCE)
    assert stack.status(signup)["state"] == "accepted"
    assert stack.request("GET", "/ready")[1]["waiting"] == 1
    stack.rabbitmq.start()
    stack.wait_for(signup, "done", PATIENCE)
    captured(f"{PAGE}/relay.log", json.dumps(log_lines(running["relay"], "did not take it")[0]))
    assert stack.mail.distinct()["hana@example.com"] == 1


@pytest.mark.own_servers("breaks servers (kills Redis)")
def test_redis_that_dies_before_the_notifications_only_delays_the_end(stack, running, log_lines):
    running["relay"].stop()
    stack.start("relay", REPEAT_SECONDS="10")
    stack.mail.hold = threading.Event()
    signup = stack.sign_up("noor@example.com")
    deadline = time.monotonic() + PATIENCE
    while "noor@example.com" not in stack.mail.distinct():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    stack.redis.kill()  # what the chord counts in
    stack.mail.hold.set()
    stack.mail.hold = None
    running["worker"].wait_for("Connection to Redis lost", PATIENCE)
    assert stack.status(signup)["state"] == "accepted"
    late = stack.sign_up("rami@example.com")
    running["relay"].wait_for("did not take it", PATIENCE)  # nor can it publish a workflow that holds a chord
    (line, *_) = log_lines(running["relay"], "did not take it")
    assert "Retry limit exceeded while trying to reconnect" in line["message"], line
    assert stack.status(late)["state"] == "accepted"
    stack.redis.start()
    stack.wait_for(signup, "done", PATIENCE)
    stack.wait_for(late, "done", PATIENCE)
    assert stack.status(signup)["notified"] == ["crm", "team"]
    assert [address for _, address in stack.mail.raw].count("noor@example.com") == 1


@pytest.mark.own_servers("calls rabbitmqctl")
def test_without_worker_signups_wait_and_a_lost_message_is_sent_again(stack, running):
    running["worker"].stop(timeout=PATIENCE)
    signup = stack.sign_up("zain@example.com")
    running["relay"].wait_for(rf"published.*{signup}", PATIENCE)
    assert stack.rabbitmq.queue_depth("signup") >= 1
    stack.rabbitmq.ctl("purge_queue", "signup")
    running["relay"].wait_for(rf"published.*{signup}", PATIENCE, count=2)
    stack.start("worker")
    stack.wait_for(signup, "done", PATIENCE)
    assert [address for _, address in stack.mail.raw].count("zain@example.com") == 1


def test_only_a_fault_of_the_step_parks_a_signup(stack):
    said = stack.space.run(
        "python",
        "-c",
        "from signup import outbox, tasks\n"
        "outbox.give_up = print\n"
        "from celery.exceptions import SoftTimeLimitExceeded, TimeLimitExceeded\n"
        "from kombu.exceptions import OperationalError\n"
        "away = [OperationalError, SoftTimeLimitExceeded, TimeLimitExceeded, RuntimeError]\n"
        "for kind in (*away, OSError, TypeError):\n"
        "    tasks.finish.on_failure(kind(), '', [kind.__name__], {}, None)\n",
    )
    assert said.split() == ["OSError", "TypeError"]


def test_what_is_no_task_becomes_a_dead_letter(stack, running):
    body = {"properties": {}, "routing_key": "signup", "payload": "no task", "payload_encoding": "string"}
    assert stack.rabbitmq.api("POST", "exchanges/%2F/signup/publish", body)["routed"]
    deadline = time.monotonic() + PATIENCE
    while stack.rabbitmq.queue_depth("signup.dead") < 1:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_relay_waits_for_its_database(stack):
    relay = stack.start("relay", DATABASE_URL="sqlite:///later.db")
    relay.wait_for("the outbox cannot be read")
    stack.space.run("python", "-m", "signup.db", env={"DATABASE_URL": "sqlite:///later.db"}, timeout=120)
    assert relay.stop() == 0
    assert "relay stopped" in relay.output()
