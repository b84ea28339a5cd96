import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)


def fill(numbers: range, value: str | None) -> None:
    pipe = client.pipeline(transaction=False)
    for number in numbers:
        if value:
            pipe.set(f"page:{number}", value)
        else:
            pipe.delete(f"page:{number}")
    pipe.execute()


fill(range(30_000), "x" * 1000)
full = client.info("memory")
fill(range(0, 30_000, 2), None)  # every second page goes
half = client.info("memory")

data = half["used_memory_dataset"] / full["used_memory_dataset"]
print("data is down to about a half:", 0.4 < data < 0.6)
#> data is down to about a half: True
process = half["used_memory_rss"] / full["used_memory_rss"]
print("the process still holds more than 80 %:", process > 0.8)
#> the process still holds more than 80 %: True

fill(range(0, 30_000, 2), "y" * 1000)
again = client.info("memory")
growth = again["used_memory_rss"] / full["used_memory_rss"]
print("new data goes into the holes:", growth < 1.2)
#> new data goes into the holes: True
client.close()
