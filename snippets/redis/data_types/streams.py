import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

for email in ("amina@example.com", "bilal@example.com", "chen@example.com"):
    # About 1000 entries are kept; without a limit the stream grows for ever.
    client.xadd("signups", {"email": email}, maxlen=1000, approximate=True)

for entry_id, fields in client.xrange("signups", count=2):
    print("-" in entry_id, fields)
    #> True {'email': 'amina@example.com'}
    #> True {'email': 'bilal@example.com'}

# Reading took nothing away: every reader sees every entry.
print(client.xlen("signups"))
#> 3

client.close()
