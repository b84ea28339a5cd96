from signup import outbox, store
from signup.db import begin
from signup.models import OutboxEntry, Signup
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import sessionmaker

AMINA = {"email": "amina@example.com", "name": "Amina"}
OMAR = {"email": "omar@example.com", "name": "Omar"}
KEY = {"Idempotency-Key": "7d1f"}


def count(table) -> int:
    with begin() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_row_and_outbox_entry_are_written_and_nothing_is_sent(web):
    answer = web.post("/signup", json=AMINA)
    assert answer.status_code == 202
    assert web.get(answer.headers["Location"]).json()["state"] == "accepted"
    assert count(Signup) == count(OutboxEntry) == 1


def test_same_key_is_the_same_signup(web):
    first, second = (web.post("/signup", json=AMINA, headers=KEY) for _ in range(2))
    store.client.flushdb()  # Redis has forgotten: the database knows
    third = web.post("/signup", json=AMINA, headers=KEY)
    assert first.json() == second.json() == third.json()
    assert count(Signup) == count(OutboxEntry) == 1


def test_same_key_with_another_body_is_refused(web):
    web.post("/signup", json=AMINA, headers=KEY)
    assert web.post("/signup", json=OMAR, headers=KEY).status_code == 422


def test_known_address_is_refused(web, amina):
    assert web.post("/signup", json=AMINA).status_code == 409
    assert count(Signup) == 1


def test_header_cannot_be_smuggled_into_the_email(web):
    name = "Amina\r\nBcc: everybody@example.com"
    assert web.post("/signup", json={**AMINA, "name": name}).status_code == 422


def test_sixth_signup_of_a_minute_is_too_many(web, monkeypatch):
    monkeypatch.setattr(store.time, "time", lambda: 1_800_000_000)  # one minute
    codes = [
        web.post("/signup", json={**AMINA, "email": f"a{n}@example.com"}).status_code
        for n in range(6)
    ]
    assert codes == [202] * 5 + [429]


def test_without_redis_everybody_may_sign_up(web, monkeypatch):
    nobody = store.redis.Redis(port=1, retry=store.client.get_retry())
    monkeypatch.setattr(store, "client", nobody)
    for number in range(6):
        person = {**AMINA, "email": f"a{number}@example.com"}
        assert web.post("/signup", json=person, headers={}).status_code == 202
    assert web.get("/ready").json()["redis"] == "down"


def test_unknown_signup(web):
    unknown = "00000000-0000-4000-8000-000000000000"
    assert web.get(f"/signups/{unknown}").status_code == 404


def test_readiness_is_about_the_database(web, amina, monkeypatch):
    assert web.get("/health").json() == {"web": "up"}
    assert web.get("/ready").json()["waiting"] == 1
    nowhere = create_engine("sqlite:////nowhere/signup.db")
    monkeypatch.setattr(outbox, "begin", sessionmaker(nowhere).begin)
    assert web.get("/ready").status_code == 503
    assert web.get("/health").status_code == 200
