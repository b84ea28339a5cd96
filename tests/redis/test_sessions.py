"""What docs/redis/sessions.md promises."""

import time
from pathlib import Path

import redis

PAGE = "redis/sessions"


def test_sessions_slide_are_renewed_and_end_everywhere(terminal, workspace, redis_server):
    workspace.copy(PAGE)
    terminal(f"{PAGE}/use_sessions.console")
    assert redis_server.client().dbsize() == 0, "nothing of the user's sessions is left"


def test_redis_never_sees_a_token_that_works(module, redis_server):
    sessions = module("sessions")
    token = sessions.log_in("amina")
    client = redis_server.client()
    stored = " ".join([*client.keys(), *client.zrange("sessions:amina", 0, -1)])
    assert token not in stored
    key = next(key for key in client.scan_iter() if key.startswith("session:"))
    assert sessions.current_user(key.removeprefix("session:")) is None, "the hash is no token"


def test_session_ends_after_its_longest_time_however_busy(module, redis_server):
    sessions = module("sessions")
    token = sessions.log_in("amina")
    key = sessions.session_key(token)
    client = redis_server.client()
    client.hset(key, "since", time.time() - sessions.LONGEST + 100)
    assert sessions.current_user(token) == "amina"
    assert client.ttl(key) <= 100, "12 hours are not extended"
    client.hset(key, "since", time.time() - sessions.LONGEST)
    sessions.current_user(token)
    assert sessions.current_user(token) is None
    assert sessions.renew(token) is None
    client.hset(key, "cart", "book")
    assert sessions.current_user(token) is None, "a write that came too late makes no session"


def in_between(patch, command: str, act) -> None:
    """Call `act` once, between what a transaction reads by `command` and its EXEC."""
    read, acted = getattr(redis.client.Pipeline, command), []

    def read_and_act(pipe, *args):
        values = read(pipe, *args)
        if not acted:
            acted.append(act)
            act()
        return values

    patch.setattr(redis.client.Pipeline, command, read_and_act)


def test_session_that_begins_during_a_log_out_everywhere_ends_too(module, redis_server, monkeypatch):
    sessions = module("sessions")
    sessions.log_in("amina")
    late: list[str] = []
    with monkeypatch.context() as patch:
        in_between(patch, "zrange", lambda: late.append(sessions.log_in("amina")))
        assert sessions.log_out_everywhere("amina") == 2
    assert sessions.current_user(late[0]) is None
    assert sessions.log_out_everywhere("amina") == 0
    assert redis_server.client().dbsize() == 0


def test_no_session_is_left_when_a_renewal_meets_a_log_out_everywhere(module, redis_server, monkeypatch):
    sessions = module("sessions")
    token = sessions.log_in("amina")
    with monkeypatch.context() as patch:
        in_between(patch, "hget", lambda: sessions.log_out_everywhere("amina"))
        assert sessions.renew(token) is None
    assert redis_server.client().dbsize() == 0
    token, renewed = sessions.log_in("amina"), []
    with monkeypatch.context() as patch:
        in_between(patch, "zrange", lambda: renewed.append(sessions.renew(token)))
        assert sessions.log_out_everywhere("amina") == 1
    assert sessions.current_user(renewed[0]) is None
    assert redis_server.client().dbsize() == 0


def test_index_forgets_sessions_that_ended(module, redis_server):
    sessions = module("sessions")
    client = redis_server.client()
    client.zadd("sessions:amina", {"session:old": time.time() - 1})
    sessions.log_in("amina")
    assert client.zcard("sessions:amina") == 1


BROWSERS = """
from fastapi.testclient import TestClient
from web import app

laptop, phone = (TestClient(app, base_url="https://shop.example") for _ in range(2))
assert laptop.get("/me").status_code == 401
cookies = [browser.post("/login?name=amina").headers["set-cookie"] for browser in (laptop, phone)]
assert all(flag in cookie for cookie in cookies for flag in ("HttpOnly", "Secure", "SameSite=lax", "Max-Age=43200"))
before = dict(laptop.cookies)
assert laptop.post("/password").status_code == 200
assert laptop.get("/me").json() == {"user": "amina"}
thief = TestClient(app, base_url="https://shop.example", cookies=before)
assert thief.get("/me").status_code == 401, "the token of before is worth nothing"
assert thief.post("/password").status_code == 401
assert laptop.post("/logout-everywhere").json() == {"ended": 2}
assert "session" not in laptop.cookies
assert phone.get("/me").status_code == 401
print("all of it")
"""


def test_api_keeps_the_session_in_a_cookie_and_ends_it(workspace, redis_server):
    workspace.copy(PAGE)
    assert "all of it" in workspace.run("python", "-c", BROWSERS)
    assert redis_server.client().dbsize() == 0


def test_late_write_makes_half_a_session_that_never_ends(run_script, redis_server):
    run_script(f"{PAGE}/half_session.py")
    assert redis_server.client().ttl("session:a1") == -1


def test_script_writes_only_into_a_session_that_is_there(run_script, redis_server):
    run_script(f"{PAGE}/write_if_there.py")
    assert redis_server.client().dbsize() == 0


def test_sessions_without_persistence_are_gone_after_a_kill(terminal, reader_server):
    terminal(f"{PAGE}/restart.console")
    log = (reader_server.path / "redis.log").read_text()
    started = [line.split(":")[0] for line in log.splitlines() if "Server initialized" in line]
    assert len(started) == 2
    assert not Path(f"/proc/{started[0]}").exists(), "the first server was really killed"
    assert "User requested shutdown" not in log
