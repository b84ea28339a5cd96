"""What docs/capstone/web.md promises."""

import json
import time
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis

PAGE = "capstone/web"
pytestmark = pytest.mark.timeout(600)
# The statement with which a relay takes entries, as each database gets it.
LEASE = """
import sys
from signup import outbox
from sqlalchemy.dialects import postgresql, sqlite

class Spy:
    def __enter__(self): return self
    def __exit__(self, *_): pass
    def execute(self, statement):
        print(statement.compile(dialect=getattr(sys.modules["sqlalchemy.dialects." + sys.argv[1]], "dialect")()))
        return []

outbox.begin = Spy
outbox.lease()
"""


@pytest.fixture(scope="module")
def web(stack):
    return stack.start("web", RATE_LIMIT="20")


@pytest.fixture(autouse=True)
def fresh_limits(stack):
    if stack.redis.running:
        redis.Redis().flushall()


def test_request_that_comes_twice_is_one_signup(stack, web, play):
    play(f"{PAGE}/twice.console")
    assert stack.rows("select email, count(*) from signups group by email") == [("inaya@example.com", 1)]
    assert stack.rows("select count(*) from outbox") == [(1,)]


def test_name_that_cannot_stand_in_a_header_is_refused(stack, web):
    for character in "\n\r\0\x0b\x0c\x1c\x85\u2028\u2029":
        assert len(f"a{character}b".splitlines()) == 2 or character == "\0"
        new = {"email": "lina@example.com", "name": f"Lina{character}Bcc"}
        assert stack.request("POST", "/signup", new)[0] == 422
    assert stack.request("POST", "/signup", {"email": "zoe@example.com", "name": "Zoë 李"})[0] == 202


def test_same_key_at_the_same_moment_is_one_signup(stack, web):
    def post(_):
        return stack.sign_up("lina@example.com", "Lina", Idempotency_Key="9a3c")

    with ThreadPoolExecutor(10) as pool:
        ids = set(pool.map(post, range(10)))
    assert len(ids) == 1
    assert stack.rows("select count(*) from signups where email = 'lina@example.com'") == [(1,)]


def test_too_many_signups_of_one_address_are_refused(stack, web, play):
    play(f"{PAGE}/limit.console", timeout=150)
    codes = Counter((stack.space.path / "codes").read_text().split())
    assert codes["202"] >= 20
    assert codes["429"] >= 1, "42 requests touch at most two of the one-minute windows, or the machine was asleep"


def test_publishing_in_the_view_leaves_a_row_without_any_job(stack, web, play):
    stack.space.copy(f"{PAGE}/careless.py")
    careless = stack.space.start("uvicorn", "careless:app", "--port=8001", env={"BROKER_URL": "amqp://localhost:1//"})
    careless.wait_for("Uvicorn running on", 120)
    play(f"{PAGE}/careless.console")
    careless.wait_for("OperationalError")
    assert stack.rows("select state from signups where email = 'yusuf@example.com'") == [("accepted",)]
    found = "select count(*) from outbox join signups on id = signup_id where email = 'yusuf@example.com'"
    assert stack.rows(found) == [(0,)], "nobody will ever send this e-mail"
    careless.stop()


def test_careless_view_works_while_rabbitmq_does(stack):
    careless = stack.space.start("uvicorn", "careless:app", "--port=8001")
    careless.wait_for("Uvicorn running on", 120)
    request = urllib.request.Request(
        "http://localhost:8001/signup",
        data=json.dumps({"email": "hana@example.com", "name": "Hana"}).encode(),
        headers={"Content-Type": "application/json"},
    )
    assert urllib.request.urlopen(request, timeout=30).status == 202
    careless.stop()


@pytest.mark.own_servers("breaks servers (stops Redis)")
def test_without_redis_signups_are_accepted_and_not_limited(stack, web, play, captured, log_lines):
    play(f"{PAGE}/redis_down.console")
    assert not stack.redis.running
    for number in range(25):
        stack.sign_up(f"many{number}@example.com")
    line = log_lines(web, "Redis does not answer")[0]
    captured(f"{PAGE}/redis_down.log", json.dumps(line))
    stack.redis.start()
    deadline = time.monotonic() + 60
    while stack.request("GET", "/ready")[1]["redis"] != "up":
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_postgresql_needs_its_driver(stack):
    connect = "from signup.db import connect; connect('postgresql+psycopg://localhost/signup')"
    said = stack.space.run("python", "-c", connect, status=1, timeout=120)
    assert "ModuleNotFoundError: No module named 'psycopg'" in said


def test_lease_skips_locked_rows_on_postgresql(stack):
    assert "FOR UPDATE SKIP LOCKED" in stack.space.run("python", "-c", LEASE, "postgresql", timeout=120)
    assert "RETURNING" in stack.space.run("python", "-c", LEASE, "sqlite", timeout=120)
