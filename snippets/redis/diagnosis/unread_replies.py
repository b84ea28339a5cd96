import redis

r = redis.Redis(decode_responses=True)
r.config_set("maxmemory-policy", "volatile-lru")


def ask_without_reading(limit: str) -> None:
    r.flushall()
    r.config_set("maxmemory", 0)
    r.config_set("maxmemory-clients", limit)
    r.config_resetstat()
    r.set("report", "x" * 100_000)
    for number in range(100):
        r.set(f"page:{number}", "x" * 10_000, ex=3600)
    r.config_set("maxmemory", r.info("memory")["used_memory"] + 20_000_000)

    greedy = r.connection_pool.get_connection()
    greedy.send_command("MGET", *["report"] * 400)  # it does not read the 40 MB
    while True:  # the server may still be at work
        pages, evicted = r.dbsize() - 1, r.info("stats")["evicted_clients"]
        if evicted or not pages:
            break
    print(f"{limit}: {pages} pages left, {evicted} clients evicted")
    #> 0: 0 pages left, 0 clients evicted
    #> 10mb: 100 pages left, 1 clients evicted
    greedy.disconnect()


ask_without_reading("0")  # the default: no limit
ask_without_reading("10mb")
