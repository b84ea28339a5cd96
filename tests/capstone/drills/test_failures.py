"""What docs/capstone/failures.md promises: each drill breaks one thing under the running service.

Each drill asserts that the fault happened, then what survived, and leaves the service whole.
"""

import re
import signal
from datetime import UTC, datetime

import pytest
from celery import Celery

from harness.lab.servers.base import listening
from harness.process import alive, descendants, wait_until
from harness.proof.runners.tables import Cell, Label, table

PAGE = "capstone/failures"
PATIENCE = 120
BUSY = "451 4.3.2 Try again later"
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def running(stack):
    """Web server, relay and worker, and two beats that report every minute."""
    stack.space.copy(PAGE)
    stack.start("web", "relay", "worker", "beat1", "beat2", REPORT_CRON="* * * * *")
    return stack


@pytest.fixture
def shown(captured, running):
    """`shown("child", log, user)`: the page's table for a drill; of the events in Sentry, those that were made since it
    began. One of the test before may arrive late."""
    began = datetime.now(UTC)

    def check(drill: str, log: str, user: str, sentry: str = "") -> None:
        """`sentry`: what the title of an event must match; "": nothing was sent."""

        def titles() -> list[str]:
            return [title(event) for event in running.events() if datetime.fromisoformat(event["timestamp"]) >= began]

        if sentry:
            wait_until(lambda: any(re.search(sentry, said) for said in titles()), PATIENCE, f"an event {sentry}")
        found = [said for said in titles() if re.search(sentry, said)] if sentry else titles()
        assert bool(found) == bool(sentry), found
        in_sentry = Cell(f"`{found[0]}`" if found else "nothing")
        head = ("In the log", "In Sentry", "The user")
        captured(f"{PAGE}/{drill}.table", table(head, (f"`{log}`", in_sentry, Label(user))))

    yield check
    # Whatever failed, the next drill begins with a whole service.
    running.mail.refuse = None
    running.mail.refusals.clear()
    for server in (running.redis, running.rabbitmq):
        server.start()


def title(event: dict) -> str:
    """As Sentry shows it in its list of issues."""
    if "exception" in event:
        last = event["exception"]["values"][-1]
        return f"{last['type']}: {last['value']}"
    entry = event["logentry"]
    return (entry.get("formatted") or entry["message"]).splitlines()[0]


def titled(stack, pattern: str, skip: int = 0) -> list[str]:
    """Titles that match, of the events after the first `skip`."""
    return [said for event in stack.events()[skip:] if re.search(pattern, said := title(event))]


def one_mail(stack, name: str) -> None:
    """Exactly one e-mail for this person, however often it was delivered."""
    taken = stack.mail.taken(f"{name}@example.org")
    assert len({mail.id for mail in taken}) == 1
    assert len(taken) == 1


class TestDrills:
    def test_child_is_killed_while_it_sends_the_e_mail(self, running, shown):
        with running.mail.slowly():
            signup = running.sign_up("child@example.org")
            running.in_hand(signup)
            running.kill_children()
            log = running.logged("worker", r"Worker exited prematurely: signal 9 \(SIGKILL\)")
        running.wait_for(signup, "done")
        one_mail(running, "child")
        shown("child", log, "email once, seconds late", "exited with")

    def test_worker_is_killed_while_it_sends_the_e_mail(self, running, shown):
        with running.mail.slowly():
            signup = running.sign_up("worker@example.org")
            running.in_hand(signup)
            running.kill("worker")
        running.start("worker")
        log = running.logged("worker", "ready")
        running.wait_for(signup, "done")
        one_mail(running, "worker")
        shown("worker", log, "email once, seconds late")

    def test_rabbitmq_is_killed_and_comes_back(self, running, shown):
        with running.mail.slowly():
            before = running.sign_up("before@example.org")
            running.in_hand(before)
            running.rabbitmq.kill()
            assert not running.rabbitmq.running
        during = running.sign_up("during@example.org")
        log = running.logged("relay", "RabbitMQ did not take it")
        running.logged("worker", "onnection to broker lost")
        assert running.status(during)["state"] == "accepted"
        # The first attempt may be reset while the broker dies; it is refused while the port is closed.
        refused = "consumer: Cannot connect .*Connection refused"
        wait_until(lambda: titled(running, refused), PATIENCE, "the worker's report")
        running.rabbitmq.start()
        running.wait_for(before, "done")
        running.wait_for(during, "done")
        one_mail(running, "before")
        one_mail(running, "during")
        shown("rabbitmq", log, "202 at once, email when RabbitMQ is back", refused)

    def test_redis_is_killed_and_comes_back_empty(self, running, shown):
        before = len(running.events())
        lost = "Connection to Redis lost"
        running.redis.kill()
        assert not running.redis.running
        signup = running.sign_up("redis@example.org")
        log = running.logged("web", "Redis does not answer, going on without")
        assert running.request("GET", "/ready")[1]["redis"] == "down"
        assert running.status(signup)["state"] == "accepted"
        # The relay wants to publish the workflow, whose chord counts in Redis.
        wait_until(lambda: titled(running, lost, before), PATIENCE, "the relay's report")
        running.redis.start()
        running.wait_for(signup, "done")
        one_mail(running, "redis")
        shown("redis", log, "202 at once, email when Redis is back", lost)

    def test_sentry_is_away(self, running, shown):
        running.way_to_sentry.refuse()
        assert not listening(9000)
        signup = running.sign_up("sentry@example.org")
        running.wait_for(signup, "done")
        one_mail(running, "sentry")
        log = running.logged("worker", "sign-up done")
        running.way_to_sentry.heal()
        shown("sentry", log, "notices nothing")

    def test_mail_server_refuses_twice(self, running, shown):
        running.mail.refusals = [BUSY, BUSY]
        signup = running.sign_up("twice@example.org")
        running.wait_for(signup, "done")
        assert [mail.to for mail in running.mail.refused] == ["twice@example.org"] * 2
        one_mail(running, "twice")
        log = running.logged("worker", r"SMTP\w+\(451")
        shown("twice", log, "email once, seconds late")

    def test_mail_server_refuses_for_ever_until_a_person_looks(self, running, shown):
        before = len(running.events())
        running.mail.refuse = BUSY
        signup = running.sign_up("never@example.org")
        running.wait_for(signup, "failed")
        assert [mail.to for mail in running.mail.refused].count("never@example.org") == 1 + 3
        assert not running.mail.taken("never@example.org")
        log = running.logged("worker", r"raised unexpected: SMTP\w+\(451")
        wait_until(lambda: titled(running, "SMTP", before), PATIENCE, "the event")
        shown("never", log, "`failed`, no email until a person has looked", "SMTP")
        running.mail.refuse = None
        assert running.space.run("python", "-m", "signup.outbox").endswith("due again: 1\n")
        running.wait_for(signup, "done")
        one_mail(running, "never")
        assert len(titled(running, "SMTP", before)) == 1, "not one for each attempt"

    def test_request_that_is_sent_twice_counts_once(self, running, shown):
        key = {"Idempotency-Key": "one-and-the-same"}
        first = running.sign_up("duplicate@example.org", **key)
        assert running.sign_up("duplicate@example.org", **key) == first, "known to Redis"
        running.redis.flush()
        assert running.sign_up("duplicate@example.org", **key) == first, "known to the database"
        status, _ = running.request("POST", "/signup", {"email": "b@example.org", "name": "b"}, **key)
        log = running.logged("web", "accepted")
        assert len(re.findall(rf'"accepted".*"signup": "{first}"', running.processes["web"].output())) == 1
        running.wait_for(first, "done")
        one_mail(running, "duplicate")
        assert running.rows("SELECT count(*) FROM signups WHERE email = 'duplicate@example.org'") == [(1,)]
        assert status == 422
        shown("duplicate", log, "the same answer each time, email once")

    def test_poison_goes_to_the_dead_letters_and_the_others_go_on(self, running, shown):
        send(running, "bad.crash", int(signal.SIGKILL))
        send(running, "bad.unknown")
        wait_until(lambda: running.rabbitmq.queue_depth("signup.dead") == 2, PATIENCE, "two dead letters", 0.2)
        signup = running.sign_up("healthy@example.org")
        running.wait_for(signup, "done")
        one_mail(running, "healthy")
        log = running.logged("worker", "Received unregistered task of type 'bad.unknown'")
        shown("poison", log, "notices nothing", "exited with")

    def test_leaking_process_is_replaced(self, running, shown):
        worker = running.processes["worker"]
        send(running, "bad.leak", 300)
        pid = int(re.findall(r"leaking process (\d+)", worker.wait_for(r"leaking process \d+", PATIENCE))[-1])
        wait_until(lambda: not alive(pid), PATIENCE, "the process to be replaced")
        log = running.logged("worker", r"Task bad\.leak\[\S+\] succeeded")
        wait_until(lambda: len(descendants(worker.pid)) == 2, PATIENCE, "two processes again")
        signup = running.sign_up("leak@example.org")
        running.wait_for(signup, "done")
        one_mail(running, "leak")
        send(running, "bad.crash", 0)  # the task's own line, to a peaceful end
        wait_until(lambda: "Task bad.crash" in worker.output().split("leaking")[-1], PATIENCE, "that end", 0.1)
        shown("leak", log, "notices nothing")

    def test_deploy_finishes_what_is_in_hand(self, running, shown):
        with running.mail.slowly():
            signup = running.sign_up("deploy@example.org")
            running.in_hand(signup)
            old = running.processes["worker"]
            old.send(signal.SIGTERM)
            old.wait_for("Warm shutdown", PATIENCE)
        running.start("worker")
        wait_until(lambda: old.returncode is not None, PATIENCE, "the old worker to end")
        assert old.returncode == 0
        running.wait_for(signup, "done")
        one_mail(running, "deploy")
        sent = rf'"welcome e-mail sent".*"signup": "{signup}"'
        assert re.search(sent, old.output()), "by the worker that was told to stop"
        log = re.search(r"worker: Warm shutdown \(MainProcess\)", old.output())[0]
        shown("deploy", log, "email once, at once")

    def test_two_beats_make_one_report(self, running, shown):
        for name in ("beat1", "beat2"):
            running.logged(name, "Sending due task daily-report")
        done = r"Task signup\.tasks\.daily_report\[\S+ succeeded"
        wait_until(lambda: len(re.findall(done, everything(running))) >= 2, PATIENCE, "two runs of the report")
        reports = running.rows("SELECT day, count(*) FROM reports GROUP BY day")
        assert reports
        assert all(count == 1 for _, count in reports)
        log = running.logged("beat2", r"Scheduler: Sending due task daily-report")
        shown("beats", log, "one report")


def send(running, task: str, *args) -> None:
    with Celery(broker="amqp://guest:guest@localhost:5672//") as sender:
        sender.send_task(task, args, exchange="signup", routing_key="signup")


def everything(running) -> str:
    """What all processes have printed, those included that were killed."""
    return "\n".join(output for _, output in running.space.logs())
