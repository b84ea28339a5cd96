"""What docs/redis/rate-limits.md promises."""

import os
import random
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from harness.process import alive, wait_until

PAGE = "redis/rate_limits"


def test_counter_of_a_killed_process_never_expires_and_locks_the_user_out(terminal, workspace, redis_server):
    workspace.copy(PAGE)
    workspace.run("python", "naive_limit.py")
    assert redis_server.client().ttl("limit:amina") > 0, "without bad luck it works"
    redis_server.flush()
    terminal(f"{PAGE}/immortal.console")
    client = redis_server.client()
    assert client.ttl("limit:amina") == -1
    assert client.get("limit:amina") == "6"
    assert "naive_limit" not in " ".join(
        Path(f"/proc/{pid}/cmdline").read_text() for pid in os.listdir("/proc") if pid.isdigit() and alive(int(pid))
    ), "the process that counted first is gone"


def test_immortal_counters_are_found_and_repaired(run_script, redis_server):
    run_script(f"{PAGE}/find_immortal.py")
    assert 0 < redis_server.client().ttl("limit:amina") <= 60


def test_transaction_limits_and_always_sets_an_end(run_script, redis_server):
    run_script(f"{PAGE}/fixed_window.py")


def test_killed_processes_leave_no_counter_without_an_end(workspace, redis_server):
    workspace.copy(PAGE)
    (workspace.path / "busy.py").write_text(
        "import itertools\nimport fixed_window\nprint('ready')\n"
        "for n in itertools.count():\n    fixed_window.allowed(f'user{n}')\n"
    )
    client = redis_server.client()
    for _ in range(3):
        process = workspace.start("python", "busy.py")
        process.wait_for("ready")
        before = client.dbsize()
        wait_until(lambda before=before: client.dbsize() > before + 50, 10, "some requests")
        process.kill()
    keys = list(client.scan_iter(match="limit:*"))
    assert len(keys) > 150
    assert all(0 < client.ttl(key) <= 60 for key in keys)


def test_fixed_window_lets_twice_the_limit_pass_and_the_others_do_not(terminal, workspace, redis_server):
    workspace.copy(PAGE)
    session = terminal(f"{PAGE}/compare.console")
    took = [float(found) for found in re.findall(r"within ([\d.]+) s", session.outputs[-1])]
    assert took[0] < 1, "all requests were sent within one window's length"


def test_sliding_log_never_lets_more_than_the_limit_pass_in_any_window(module):
    limiters = module("limiters")
    limit, seconds = 7, 0.25
    passed: list[tuple[float, float]] = []
    draw = random.Random(7)
    end = time.monotonic() + 1.5
    while time.monotonic() < end:
        before = time.monotonic()
        if limiters.sliding_log("amina", limit, seconds):
            passed.append((before, time.monotonic()))
        if draw.random() < 0.1:
            time.sleep(draw.random() * 0.02)
    assert len(passed) > 3 * limit, "it forgets what is old"
    for first, later in zip(passed, passed[limit:], strict=False):
        assert later[1] - first[0] >= seconds


@pytest.mark.parametrize("name", ["fixed_window", "sliding_log", "sliding_counter"])
def test_twenty_threads_cannot_exceed_the_limit(module, name):
    limiter = getattr(module("limiters"), name)
    while time.time() % 10 > 9:  # not at the end of a window
        time.sleep(0.05)
    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(lambda _: limiter("amina", 10, 10.0), range(100))) == 10


def test_sliding_counter_of_a_rare_visitor_does_not_grow(module, redis_server):
    client, hour = redis_server.client(), 3600
    window = client.time()[0] // hour
    client.hset("counter:rare", mapping={str(window - back): 1 for back in (1, 2, 3)})
    assert module("limiters").sliding_counter("rare", 5, hour)
    assert len(client.hkeys("counter:rare")) == 2, "the two windows that count"


def test_bucket_lets_a_burst_pass_and_says_how_long_to_wait(run_script, redis_server):
    run_script(f"{PAGE}/token_bucket.py")


def test_bucket_holds_for_twenty_threads_and_refills_by_the_servers_clock(run_script, redis_server):
    wait = run_script(f"{PAGE}/token_bucket.py")["seconds_to_wait"]
    client = redis_server.client()
    with ThreadPoolExecutor(20) as pool:
        waits = list(pool.map(lambda _: wait("bilal", 10, 0.01), range(60)))
    assert waits.count(0.0) == 10, "burst = capacity"
    # 300 seconds later, by the server's clock: three tokens more, and not one above.
    client.hset("bucket:bilal", "at", f"{float(client.hget('bucket:bilal', 'at')) - 300:.6f}")
    assert [wait("bilal", 10, 0.01) == 0 for _ in range(4)] == [True, True, True, False]
    client.hset("bucket:bilal", "at", "0")
    assert [wait("bilal", 10, 0.01) == 0 for _ in range(11)] == [True] * 10 + [False], "never above the capacity"
    assert client.ttl("bucket:bilal") > 0


SEARCH = """
from fastapi.testclient import TestClient
from api import app
from token_bucket import client

browser = TestClient(app)
assert browser.get("/search?q=tea").json() == {"found": ["a page about tea"]}
# As if all tokens had been taken just now, and none came back for an hour.
client.hset("bucket:testclient", mapping={"tokens": 0, "at": client.time()[0] + 3600})
answer = browser.get("/search?q=tea")
assert (answer.status_code, answer.json()) == (429, {"detail": "too many requests"})
assert int(answer.headers["Retry-After"]) >= 1
print("all of it")
"""


def test_api_refuses_with_429_and_says_when_to_come_back(workspace, redis_server):
    workspace.copy(PAGE)
    assert "all of it" in workspace.run("python", "-c", SEARCH)


def test_bytes_per_user_of_each_limiter(module, run_script, redis_server, captured):
    limiters = module("limiters")
    client = redis_server.client()
    while time.time() % 10 > 9:
        time.sleep(0.05)
    for _ in range(100):
        for limiter in (limiters.fixed_window, limiters.sliding_log, limiters.sliding_counter):
            limiter("amina", 100, 10.0)
    run_script(f"{PAGE}/token_bucket.py")  # takes tokens from bucket:amina
    size = {key.split(":")[0]: client.memory_usage(key) for key in client.scan_iter()}
    rows = [
        ("Fixed window", "fixed"),
        ("Sliding log", "log"),
        ("Sliding counter", "counter"),
        ("Token bucket", "bucket"),
    ]
    assert size["log"] > 20 * max(size["fixed"], size["counter"], size["bucket"])
    if redis_server.version.startswith("8.0."):
        text = "Limiter | Bytes for a user with 100 requests\n"
        text += "".join(f"{name} | {size[key]:,}\n" for name, key in rows)
        captured(f"{PAGE}/limiters.table", text)


def test_limit_without_redis_is_a_decision(run_script, redis_server, caplog):
    redis_server.stop()
    allowed = run_script(f"{PAGE}/without_redis.py")["allowed"]
    assert caplog.text.count("Connection refused") == 2
    redis_server.start()
    assert [allowed("amina", if_unknown=False) for _ in range(6)] == [True] * 5 + [False]


def test_limit_with_a_silent_redis_is_the_same_decision(run_script, redis_server, caplog):
    redis_server.freeze()
    try:
        run_script(f"{PAGE}/without_redis.py")
    finally:
        redis_server.thaw()
    assert caplog.text.count("limit of amina not checked: Timeout") == 2, "a TimeoutError, which is no ConnectionError"
