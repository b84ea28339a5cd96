import pytest
from signup import api, outbox, relay
from signup.models import OutboxEntry
from signup.settings import settings
from sqlalchemy.exc import OperationalError

OMAR = {"email": "omar@example.com", "name": "Omar"}


def test_entry_is_leased_to_one_relay_and_comes_back_unless_it_is_done(
    amina, monkeypatch
):
    assert [entry.signup_id for entry in outbox.lease()] == [amina]
    assert outbox.lease() == [], "another relay finds nothing"
    later = outbox.time.time() + settings.repeat_seconds + 1
    monkeypatch.setattr(outbox.time, "time", lambda: later)
    assert [entry.dispatches for entry in outbox.lease()] == [2]
    outbox.done(amina)
    monkeypatch.setattr(outbox.time, "time", lambda: 2 * later)
    assert outbox.lease() == []


def test_what_rabbitmq_did_not_take_stays(amina, monkeypatch):
    def refuse(_: outbox.Leased) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(relay, "publish", refuse)
    assert relay.relay() == 0
    later = outbox.time.time() + 1
    monkeypatch.setattr(outbox.time, "time", lambda: later)
    assert [entry.dispatches for entry in outbox.lease()] == [1]


def test_what_never_gets_done_is_given_up(web, amina, monkeypatch):
    monkeypatch.setattr(relay, "publish", lambda entry: None)
    for turn in range(settings.dispatches + 1):
        later = outbox.time.time() + turn * (settings.repeat_seconds + 1)
        with monkeypatch.context() as clock:
            clock.setattr(outbox.time, "time", lambda later=later: later)
            relay.relay()
    assert web.get(f"/signups/{amina}").json()["state"] == "failed"


def test_failure_after_the_end_changes_nothing(web, amina):
    outbox.done(amina)
    outbox.give_up(amina)
    assert web.get(f"/signups/{amina}").json()["state"] == "done"


def test_row_and_entry_are_one_transaction(web, monkeypatch):
    def insert(table):
        if table is OutboxEntry.__table__:
            raise OperationalError("the power is gone", {}, Exception())
        return real_insert(table)

    real_insert = api.insert
    monkeypatch.setattr(api, "insert", insert)
    with pytest.raises(OperationalError):
        web.post("/signup", json=OMAR)
    monkeypatch.undo()
    assert outbox.waiting() == (0, 0.0)
    assert web.post("/signup", json=OMAR).status_code == 202, "no row was left behind"
