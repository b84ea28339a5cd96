import json

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
RECORDS = 10_000_000
SAMPLE = 10_000
MARGIN = 1.5  # client buffers, fragmentation, growth
COPIES = 2  # the primary and one replica
PRICE = 0.125 * 730  # dollars for a gigabyte and month: yours will differ

before = client.info("memory")["used_memory"]
pipe = client.pipeline(transaction=False)
for number in range(SAMPLE):  # records like yours
    session = {"user": number, "cart": ["tea", "sugar"], "language": "ur"}
    pipe.set(f"session:{number:032x}", json.dumps(session), ex=3600)
pipe.execute()
each = (client.info("memory")["used_memory"] - before) / SAMPLE

gigabytes = round(RECORDS * each * MARGIN * COPIES / 1e9)
print(f"one record: about {round(each, -2):.0f} bytes")
#> one record: about 200 bytes
print(f"all of them: {gigabytes} GB of RAM")
#> all of them: 7 GB of RAM
print(f"${gigabytes * PRICE:,.0f} a month")
#> $639 a month
client.close()
