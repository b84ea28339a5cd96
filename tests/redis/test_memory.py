"""What docs/redis/memory.md promises."""

import time

from harness import ROOT

PAGE = "redis/memory"
CURRENT = "8.0"  # the server version whose numbers the page shows


def rows(output: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in output.splitlines()]


def test_without_settings_there_is_no_limit_and_nothing_is_evicted(terminal, redis_server):
    terminal(f"{PAGE}/limits.redis")


def test_defaults_that_the_page_names(new_redis):
    client = new_redis(port=6380).client()
    assert client.config_get("hash-max-listpack-entries", "hash-max-listpack-value", "maxmemory-samples", "hz") == {
        "hash-max-listpack-entries": "512",
        "hash-max-listpack-value": "64",
        "maxmemory-samples": "5",
        "hz": "10",
    }
    assert client.info("memory")["used_memory"] < 2_000_000, "an empty server"


def test_configuration_limits_the_memory(new_redis, redis_server, loaded):
    redis_server.stop()
    server = new_redis(port=6379, config=ROOT / "snippets" / PAGE / "redis.conf")
    client = server.client()
    assert client.config_get("maxmemory") == {"maxmemory": str(100 * 1024 * 1024)}
    assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "allkeys-lfu"}
    pipe = client.pipeline(transaction=False)
    for number in range(130):
        pipe.set(f"photo:{number}", b"x" * 1_000_000)
    assert all(pipe.execute())
    assert client.info("stats")["evicted_keys"] > 0
    assert client.info("memory")["used_memory"] < 105 * 1024 * 1024
    loaded(f"{PAGE}/redis.conf", "redis-server", server)


def test_bytes_per_key_depend_on_the_shape(shop, redis_server, captured):
    output = shop.run("python", "bytes_per_key.py")
    size = {name: int(number) for name, _, number in rows(output)[1:]}
    encoding = {name: how for name, how, _ in rows(output)[1:]}
    assert len(size) >= 8
    assert size["number"] < size["text of 20"] < 150
    assert encoding["hash of 500"] == "listpack"
    assert encoding["hash of 600"] == "hashtable"
    assert size["hash of 600"] > 3 * size["hash of 500"], "a fifth more fields, over three times the memory"
    assert size["set of 100 numbers"] < size["set of 100 words"] / 2
    assert redis_server.client().config_get("hash-max-listpack-entries") == {"hash-max-listpack-entries": "512"}
    if redis_server.version.startswith(CURRENT):
        captured(f"{PAGE}/bytes_per_key.table", output)


def test_full_server_refuses_writes_and_still_reads(run_script, redis_server):
    stored = run_script(f"{PAGE}/full.py")["stored"]
    assert 1500 < stored < 3000, "about 3 MB of reports of 1 KB and their overhead"


def test_policies_decide_what_goes(shop, captured):
    output = shop.run("python", "policies.py", timeout=60)
    result = {policy: (with_ttl, without) for policy, with_ttl, without in rows(output)[1:]}
    assert len(result) == 8
    for policy, (with_ttl, without) in result.items():
        if policy.startswith("allkeys"):
            assert with_ttl == without == "accepted, some evicted"
        elif policy.startswith("volatile"):
            assert with_ttl == "accepted, all kept"
            assert without == "refused, all kept", "no key with a TTL is left to evict"
        else:
            assert with_ttl == without == "refused, all kept"
    captured(f"{PAGE}/policies.table", output)


def test_frequently_read_key_survives_ten_times_overfill(run_script, redis_server):
    survived = 0
    for _ in range(3):  # eviction looks at samples: it is right nearly always, not always
        redis_server.reset()
        try:
            run_script(f"{PAGE}/hot_key.py")
            survived += 1
        except BaseException as error:
            if "Failed" not in type(error).__name__:
                raise
        if survived == 2:
            break
    assert survived >= 2


def test_expiry_needs_no_memory_pressure(run_script, redis_server):
    run_script(f"{PAGE}/expired_or_evicted.py")
    assert redis_server.client().info("stats")["evicted_keys"] == 0


def test_cache_that_may_evict_any_key_deletes_the_queue(run_script, redis_server):
    run_script(f"{PAGE}/queue_lost.py")
    assert redis_server.client().exists("queue:emails") == 0


def test_queue_without_ttl_is_safe_from_a_volatile_policy(run_script, redis_server):
    run_script(f"{PAGE}/queue_kept.py")
    assert redis_server.client().lrange("queue:emails", 0, -1) == [f"welcome {number}" for number in range(100)]


def test_one_big_key_is_found_read_in_pieces_and_unlinked(run_script, redis_server):
    run_script(f"{PAGE}/big_keys.py")
    assert redis_server.client().exists("carts") == 0


def test_redis_cli_finds_big_keys(terminal, redis_server):
    client = redis_server.client()
    client.hset("carts", mapping={f"user:{number}": "1 book" for number in range(20_000)})
    client.rpush("queue:emails", *range(100))
    for number in range(200):
        client.set(f"session:{number:03}", "Amina")
    terminal(f"{PAGE}/big_keys.console")


def test_freed_memory_stays_with_the_process_and_is_used_again(run_script, redis_server):
    run_script(f"{PAGE}/fragmentation.py")


def test_report_names_limit_policy_and_evictions(shop, redis_server):
    assert "limit              none" in shop.run("python", "memory_report.py")
    redis_server.client().config_set("maxmemory", "64mb")
    report = shop.run("python", "memory_report.py")
    assert "limit              64.00M" in report
    assert "policy             noeviction" in report
    assert "evicted keys       0" in report


def test_sample_of_records_gives_the_memory_and_the_price_of_ten_million(run_script, redis_server):
    priced = run_script(f"{PAGE}/monthly_price.py")
    client = redis_server.client()
    value = client.memory_usage(f"session:{17:032x}")
    assert value < priced["each"] < 1.7 * value, "the key, its value, and their places in Redis's own tables"
    assert priced["gigabytes"] > 5


def test_holes_are_not_used_by_values_of_another_size(redis_server):
    client = redis_server.client(decode_responses=False)

    def fill(numbers: range, size: int) -> None:
        pipe = client.pipeline(transaction=False)
        for number in numbers:
            pipe.set(f"page:{number}", b"x" * size)
        pipe.execute()

    def resident() -> int:
        """Redis looks at its own size ten times a second: two looks that agree are of now."""
        before, now = 0, -1
        while before != now:
            time.sleep(0.25)
            before, now = now, client.info("memory")["used_memory_rss"]
        return now

    fill(range(30_000), 1000)
    full = resident()
    pipe = client.pipeline(transaction=False)
    for number in range(0, 30_000, 2):
        pipe.delete(f"page:{number}")
    pipe.execute()
    fill(range(40_000, 49_000), 1600)  # about as many bytes as were deleted
    assert resident() > 1.15 * full


def test_fields_cost_little_only_in_hashes_that_stay_packed(redis_server):
    client = redis_server.client()
    each = {}
    for size in (1, 500, 1000):
        client.flushall()
        before = client.info("memory")["used_memory"]
        pipe = client.pipeline(transaction=False)
        for number in range(100_000):
            if size == 1:
                pipe.set(f"count:{number}", number)
            else:
                pipe.hset(f"count:{number // size}", number % size, number)
            if number % 5000 == 4999:
                pipe.execute()
        each[size] = (client.info("memory")["used_memory"] - before) / 100_000
    assert each[500] < 20
    assert each[1000] > 40
    assert each[1] > 60


def test_sets_and_rankings_stay_packed_up_to_128_members(redis_server):
    client = redis_server.client()
    client.zadd("ranking", {f"user:{n}": n for n in range(128)})
    assert client.object("encoding", "ranking") == "listpack"
    client.zadd("ranking", {"one more": 1})
    assert client.object("encoding", "ranking") == "skiplist"
    assert client.config_get("zset-max-listpack-entries") == {"zset-max-listpack-entries": "128"}
    client.sadd("tags", *(f"tag:{n}" for n in range(129)))
    assert client.object("encoding", "tags") == "hashtable"


def test_empty_server_uses_little_memory_and_its_process_some_more(new_redis):
    memory = new_redis(port=6380).client().info("memory")
    assert memory["used_memory"] < 2_000_000
    assert 2_000_000 < memory["used_memory_rss"] < 30_000_000
