"""What docs/capstone/failures.md promises about 1,000 sign-ups while everything is being killed."""

from collections import Counter

import pytest

from harness.services.base import wait_until

PAGE = "capstone/failures"
PEOPLE = 1000
PATIENCE = 240  # seconds: the machine may be busy
# When so many sign-ups were accepted, or so many e-mails taken, this is killed and started again.
PLAN = (
    ("accepted", 100, "child"),
    ("accepted", 200, "web"),
    ("accepted", 300, "relay"),
    ("accepted", 400, "worker"),
    ("accepted", 500, "rabbitmq"),
    ("accepted", 650, "child"),
    ("accepted", 800, "web"),
    ("mailed", 400, "worker"),
    ("mailed", 500, "child"),
    ("mailed", 600, "relay"),
    ("mailed", 700, "worker"),
    ("mailed", 800, "child"),
)
NAMES = {
    "child": "the pool processes of the worker",
    "worker": "the whole worker",
    "relay": "the relay",
    "web": "the web server",
    "rabbitmq": "RabbitMQ",
}
pytestmark = pytest.mark.timeout(600)


def strike(stack, what: str) -> None:
    """Kill it, assert that it is gone, start it again."""
    if what == "child":
        stack.kill_children()
    elif what == "rabbitmq":
        stack.rabbitmq.kill()
        assert not stack.rabbitmq.running
        stack.rabbitmq.start()
    else:
        stack.kill(what)
        stack.start(what)


class TestLoad:
    def test_1000_accepted_sign_ups_have_one_row_and_one_e_mail_each(self, stack, captured):
        space = stack.space
        space.copy(f"{PAGE}/load.py")
        space.env |= {"REPEAT_SECONDS": "60"}  # longer than the queue is long
        stack.start_all()
        load = space.start("python", "load.py", str(PEOPLE))
        accepted = space.path / "accepted.txt"

        def count(what: str) -> int:
            if what == "mailed":
                return len(stack.mails())
            return len(accepted.read_text().splitlines()) if accepted.exists() else 0

        struck: Counter[str] = Counter()
        for what, number, victim in PLAN:
            wait_until(lambda what=what, number=number: count(what) >= number, PATIENCE, f"{number} {what}", 0.05)
            strike(stack, victim)
            struck[victim] += 1
        load.wait_for("accepted: ", PATIENCE)
        assert "asked more than once: yes" in load.output(), "some answers were lost with the web server"
        done = "SELECT count(*) FROM signups WHERE state = 'done'"
        wait_until(lambda: stack.rows(done) == [(PEOPLE,)], PATIENCE, "everything to be done", 0.2)

        promised = {line.split()[1] for line in accepted.read_text().splitlines()}
        stored = Counter(row[0] for row in stack.rows("SELECT id FROM signups"))
        mails = stack.mails()
        mailed = Counter(mail["to"][0] for mail in mails)
        effects = {mail["id"] for mail in mails}
        assert len(promised) == PEOPLE
        assert set(stored) == promised
        assert set(mailed) == {f"reader{number}@example.org" for number in range(PEOPLE)}
        assert len(effects) == PEOPLE, "each person's e-mails carry one Message-ID"
        assert stack.rows("SELECT count(*) FROM outbox") == [(0,)]
        (profiles,), (notifications,) = (
            stack.rows(f"SELECT count(*) FROM {table}")[0] for table in ("profiles", "notifications")
        )
        assert (profiles, notifications) == (PEOPLE, 2 * PEOPLE)
        rows = [
            "What was counted | Number",
            f"sign-ups accepted with 202 | {len(promised)}",
            f"of these without a row | {len(promised - set(stored))}",
            f"of these without an e-mail | {len(promised) - len(effects)}",
            f"people with more than one row | {sum(times > 1 for times in stored.values())}",
            f"people with e-mails of more than one `Message-ID` | {len(effects) - len(mailed)}",
            f"profiles | {profiles}",
            f"notifications, two for each | {notifications}",
            f"e-mails that the mail server took a second time, with the same `Message-ID` | counted: "
            f"{len(mails) - len(effects)}",
        ]
        captured(f"{PAGE}/load.table", "\n".join(rows) + "\n")
        rows = ["Killed with SIGKILL | Times", *(f"{NAMES[what]} | {times}" for what, times in sorted(struck.items()))]
        captured(f"{PAGE}/struck.table", "\n".join(rows) + "\n")
