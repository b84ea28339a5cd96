import time

import redis

COMMANDS = 5000

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
client.ping()  # the time to connect is not what we compare

started = time.perf_counter()
for number in range(COMMANDS):
    client.set(f"stock:{number}", number)
print(f"one by one:         {time.perf_counter() - started:.3f} s")

for name, transaction in [
    ("one pipeline:       ", False),
    ("one transaction:    ", True),
]:
    started = time.perf_counter()
    pipe = client.pipeline(transaction=transaction)
    for number in range(COMMANDS):
        pipe.set(f"stock:{number}", number)
    pipe.execute()
    print(f"{name}{time.perf_counter() - started:.3f} s")

client.close()
