import redis

client = redis.Redis(decode_responses=True)


def bytes_sent(orders: range) -> int:
    """By the server, to all of its clients, while a client stores these orders."""
    before = client.info("stats")["total_net_output_bytes"]
    for number in orders:
        client.hset(f"order:{number}", "email", "amina@example.com")
    return client.info("stats")["total_net_output_bytes"] - before


alone = bytes_sent(range(500))
with redis.Redis(decode_responses=True).monitor() as monitor:
    watched = bytes_sent(range(500, 1000))
    line = next(line for line in monitor.listen() if "order:999" in line["command"])
print(line["command"])
#> HSET order:999 email amina@example.com
print("bytes sent, watched or alone: more than twice:", watched > 2 * alone)
#> bytes sent, watched or alone: more than twice: True

calls = client.info("commandstats")["cmdstat_hset"]["calls"]
print("HSET was called", calls, "times")
#> HSET was called 1000 times
client.close()
