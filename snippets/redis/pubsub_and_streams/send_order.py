import sys

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
for number in sys.argv[1:]:
    # About the last 10 000 entries are kept, so that the stream cannot fill the memory.
    order = {"number": number, "email": "amina@example.com"}
    client.xadd("orders", order, maxlen=10_000, approximate=True)
print("entries:", client.xlen("orders"))
client.close()
