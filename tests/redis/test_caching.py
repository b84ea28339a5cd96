"""What docs/redis/caching.md promises."""

import re
import socket
import time
from pathlib import Path

import pytest
import redis

from harness.process import alive, wait_until

PAGE = "redis/caching"


def test_second_read_needs_no_query_and_a_change_is_seen_at_once(run_script, redis_server):
    run_script(f"{PAGE}/cache_aside.py")
    client = redis_server.client()
    assert client.get("product:404") == "null"
    assert 0 < client.ttl("product:404") <= 30, "what is missing is kept for a short time only"
    assert 295 <= client.ttl("product:1") <= 330, "TTL and up to a tenth more"


def test_fifty_requests_that_miss_together_make_fifty_queries(run_script, redis_server):
    assert len(run_script(f"{PAGE}/all_at_once.py")["loads"]) == 50


def test_fifty_requests_with_a_lock_make_one_query(run_script, redis_server):
    assert len(run_script(f"{PAGE}/one_loads.py")["loads"]) == 1
    assert redis_server.client().exists("lock:product:3") == 0


def test_lock_of_a_killed_process_ends_by_itself_and_another_loads(terminal, workspace, redis_server):
    workspace.copy(PAGE)
    assert "got the lock after 0." in workspace.run("python", "warm.py")
    redis_server.flush()
    session = terminal(f"{PAGE}/crashed_holder.console")
    killed = int((workspace.path / "first.pid").read_text())
    assert not alive(killed), "the first process is gone"
    waited = re.search(r"after ([\d.]+) s", session.outputs[-1])
    assert "got the lock" in (workspace.path / "first.log").read_text(), "the first process had the lock"
    assert "cached" not in (workspace.path / "first.log").read_text(), "and was killed before it was done"
    assert 0.2 < float(waited[1]) <= 2.5, "the second had to wait until the lock ended"
    assert redis_server.client().get("product:1")


def test_early_refresh_lets_only_the_first_request_wait(run_script, redis_server):
    run_script(f"{PAGE}/early_refresh.py")


def test_stale_answer_is_served_while_the_database_is_away(run_script, redis_server):
    run_script(f"{PAGE}/serve_stale.py")
    assert redis_server.client().exists("product:6") == 0, "a failure is not cached"
    assert 0 < redis_server.client().ttl("product:5") <= 600, "a stale entry keeps its expiry"


def test_reader_that_read_before_a_change_fills_the_cache_with_the_old_price(run_script, redis_server):
    run_script(f"{PAGE}/stale_fill.py")
    assert redis_server.client().get("product:1") == "1200"
    assert redis_server.client().ttl("product:1") > 250, "and it stays wrong until it expires"


def test_version_key_keeps_the_old_price_out_of_the_cache(run_script, redis_server):
    run_script(f"{PAGE}/versioned_fill.py")
    assert redis_server.client().get("product:1") == "990"


def test_watching_the_cache_key_itself_does_not_notice_its_deletion(redis_server):
    client = redis_server.client()
    with client.pipeline() as pipe:
        pipe.watch("product:1")  # a miss: the key does not exist
        redis_server.client().delete("product:1")
        pipe.multi()
        pipe.set("product:1", 1200)
        assert pipe.execute() == [True]


def test_frozen_or_dead_cache_costs_one_timeout_and_one_warning(terminal, reader_server):
    session = terminal(f"{PAGE}/degrade.console")
    healthy, frozen, dead = (
        output for step, output in zip(session.steps, session.outputs, strict=True) if step.command == "python ask.py"
    )
    assert healthy.count("database") == 3
    assert "cache is off" not in healthy
    for output, reason in ((frozen, "Timeout"), (dead, "Connection refused")):
        assert output.count("database") == 4, "every answer came, from the database"
        assert output.count("WARNING") == 1
        assert reason in output
        assert float(re.search(r"in ([\d.]+) s", output)[1]) < 1.5
    log = (reader_server.path / "redis.log").read_text()
    pid = re.search(r"^(\d+):M .*Ready to accept", log, re.M)[1]
    assert not Path(f"/proc/{pid}").exists(), "the server is really gone"
    assert "User requested shutdown" not in log


def test_default_client_waits_five_seconds_and_tries_ten_more_times():
    settings = redis.Redis().connection_pool.connection_kwargs
    assert settings["socket_timeout"] == 5
    assert settings["retry"]._retries == 10


def test_cache_is_used_again_after_the_pause(workspace, redis_server):
    workspace.copy(PAGE)
    (workspace.path / "later.py").write_text(
        "import shop\n"
        "shop.PAUSE = 0.1\n"
        "import time\n"
        "f = shop.cached(300)(lambda n: n)\n"
        "shop.off_until = time.monotonic() + 0.2\n"
        "f(1)\n"
        "print(shop.client.dbsize())\n"
        "time.sleep(0.25)\n"
        "f(1)\n"
        "print(shop.client.dbsize())\n"
    )
    assert workspace.run("python", "later.py").split() == ["0", "1"]


def test_hundred_reads_send_one_get_and_the_copy_is_withdrawn(run_script, redis_server):
    if not _tracking_supported(redis_server):
        pytest.skip("redis-py's client-side cache asks for Redis 7.4 or newer")
    run_script(f"{PAGE}/client_side.py")


def test_new_value_is_seen_within_a_tenth_of_a_second(redis_server):
    if not _tracking_supported(redis_server):
        pytest.skip("redis-py's client-side cache asks for Redis 7.4 or newer")
    from redis.cache import CacheConfig

    caching = redis_server.client(protocol=3, cache_config=CacheConfig())
    other = redis_server.client()
    best = 9.0
    for price in range(5):
        caching.get("product:1")
        other.set("product:1", price)
        started = time.monotonic()
        while caching.get("product:1") != str(price):
            assert time.monotonic() - started < 15
        best = min(best, time.monotonic() - started)
    assert best < 0.5


def _tracking_supported(server) -> bool:
    from redis.cache import CacheConfig

    try:
        server.client(protocol=3, cache_config=CacheConfig()).ping()
    except redis.exceptions.ConnectionError:
        return False
    return True


def test_json_refuses_decimal_datetime_and_bytes(run_script):
    names = run_script(f"{PAGE}/json_limits.py")
    assert names["data"] == {"total": "19.90", "paid": "2026-11-20T12:30:00"}


def test_pickle_from_the_cache_runs_code(run_script, redis_server):
    run_script(f"{PAGE}/pickle_runs_code.py")


def test_json_from_the_cache_runs_nothing(run_script, redis_server):
    assert run_script(f"{PAGE}/json_runs_nothing.py")["product"] is None


def test_hit_rate_comes_from_info(run_script, redis_server):
    run_script(f"{PAGE}/hit_rate.py")


def _open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_api_responses_are_kept_only_when_successful_and_allowed(terminal, shop, redis_server):
    session = terminal(f"{PAGE}/api_cache.console")
    counted = session._actual[session.steps[3].line].split()
    # The loop that waits for the service asked once for the balance.
    assert counted == ["3", "GET", "/balance", "2", "GET", "/orders", "2", "GET", "/rates"]
    client = redis_server.client()
    assert [50 < client.ttl(key) <= 60 for key in client.scan_iter("api:v1:*")] == [True, True], "max-age of the rates"


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (200, {"Cache-Control": "max-age=60"}, 60),
        (200, {"Cache-Control": "Public, Max-Age=60"}, 60),
        (200, {"Cache-Control": "max-age=60, s-maxage=10"}, 10),
        (200, {"Cache-Control": "max-age=60", "Age": "45"}, 15),
        (200, {"Cache-Control": "max-age=60", "Age": "99"}, 0),
        (200, {"Cache-Control": "max-age=86400"}, 300),
        (200, {"Cache-Control": "private, max-age=60"}, 0),
        (200, {"Cache-Control": "no-store"}, 0),
        (200, {"Cache-Control": 'no-cache="Set-Cookie", max-age=60'}, 0),
        (200, {"Cache-Control": "max-age=soon"}, 0),
        (200, {"Cache-Control": "max-age=60", "Vary": "*"}, 0),
        (200, {}, 0),
        (206, {"Cache-Control": "max-age=60"}, 0),
        (404, {"Cache-Control": "max-age=60"}, 0),
        (503, {"Cache-Control": "max-age=60"}, 0),
    ],
)
def test_response_is_kept_for_as_long_as_cache_control_allows(shop, status, headers, seconds):
    program = (
        "import requests, api_cache\n"
        "response = requests.Response()\n"
        f"response.status_code = {status}\n"
        f"response.headers.update({headers!r})\n"
        "print(api_cache.lifetime(response))"
    )
    assert shop.run("python", "-c", program) == f"{seconds}\n"


def test_key_differs_with_token_language_and_query_and_not_with_the_order_of_the_query(shop, redis_server):
    program = (
        "from api_cache import client, get_json\n"
        "url = 'http://127.0.0.1:8000/rates'\n"
        "for token in ('amina-1', 'bilal-1'):\n"
        "    for language in ('en', 'ur'):\n"
        "        get_json(url, token=token, language=language, base='USD', day='1')\n"
        "        get_json(url, token=token, language=language, day='1', base='USD')\n"
        "get_json(url, token='amina-1', language='en', base='EUR', day='1')\n"
        "print(client.dbsize())"
    )
    service = shop.start("python", "exchange_service.py")
    wait_until(lambda: _open(8000), 30, "the other service")
    said = shop.run("python", "-c", program)
    assert said == "5\n"
    assert service.output().count("GET /rates") == 5
    service.kill()


def test_query_longer_than_the_lock_is_no_error_for_the_reader(shop, redis_server):
    program = (
        "import one_loads, time, redis\n"
        "make = redis.Redis.lock\n"
        "one_loads.client = redis.Redis(decode_responses=True)\n"
        "one_loads.client.flushall()\n"
        "redis.Redis.lock = lambda self, name, **options: make(self, name, **options | {'timeout': 0.1})\n"
        "print(one_loads.get_product(2)['id'])"
    )
    assert shop.run("python", "-c", program).endswith("\n2\n")
