import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

info = client.info("server")
version = tuple(int(part) for part in info["redis_version"].split("."))
print(info.get("server_name", "redis"), "is 7.0 or newer:", version >= (7, 0))
#> redis is 7.0 or newer: True

client.close()
