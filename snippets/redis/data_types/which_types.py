import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

NEEDED = {
    "vector set": "VADD",
    "JSON": "JSON.SET",
    "search": "FT.SEARCH",
    "Bloom filter": "BF.ADD",
    "time series": "TS.ADD",
}
for name, command in NEEDED.items():
    # COMMAND LIST names the commands that this server has.
    known = client.command_list(pattern=command.lower())
    print(f"{name}: {'yes' if known else 'no'}")

client.close()
