import pytest
from celery.exceptions import Retry
from signup import mail, outbox, tasks
from signup.db import begin
from signup.models import Notification, Profile, Report
from sqlalchemy import func, select


def count(table) -> int:
    with begin() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_each_step_has_its_effect_once(web, amina, postbox):
    for _ in range(2):  # a message may come twice
        tasks.create_profile(amina)
        tasks.send_welcome(amina)
        tasks.notify(amina, "team")
        tasks.finish(amina)
    assert count(Profile) == count(Notification) == len(postbox.messages) == 1
    for _ in range(2):  # from the database, then from the cache
        assert web.get(f"/signups/{amina}").json() == {
            "id": amina,
            "state": "done",
            "profile": True,
            "mailed": True,
            "notified": ["team"],
        }
    assert outbox.waiting() == (0, 0.0)


def test_busy_mail_server_is_asked_again(amina, postbox):
    postbox.refusals = ["450 busy", "450 busy"]
    assert tasks.send_welcome.apply([amina]).state == "SUCCESS"
    (message,) = postbox.messages
    assert message["Message-ID"] == f"<welcome.{amina}@shop.example>"


def test_refused_address_is_for_a_person_to_look_at(web, amina, postbox):
    postbox.refusals = ["550 no such user"]
    assert tasks.send_welcome.apply([amina]).state == "FAILURE"
    assert web.get(f"/signups/{amina}").json()["state"] == "failed"
    assert outbox.lease() == []
    assert outbox.again() == 1
    assert [entry.signup_id for entry in outbox.lease()] == [amina]


def test_no_mail_server_is_no_reason_to_give_up_at_once(amina):
    assert mail.claim(amina)
    with pytest.raises(ConnectionRefusedError):
        mail.deliver(amina)
    assert mail.claim(amina), "the claim was given back"


def test_email_that_somebody_else_is_sending_is_left_to_them(amina, postbox):
    assert mail.claim(amina)
    with pytest.raises(Retry):
        tasks.send_welcome(amina)
    assert postbox.messages == []


def test_two_beats_make_one_report():
    tasks.daily_report()
    tasks.daily_report()
    assert count(Report) == 1
