import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)


def key(*parts: object) -> str:
    """The name of a key of this application: shop:user:1:cart."""
    return ":".join(["shop", *map(str, parts)])


client.hset(key("user", 1), mapping={"name": "Amina"})
client.rpush(key("user", 1, "cart"), "tea", "honey")
client.set(key("login-code", 1), "4711", ex=300)

print(sorted(client.scan_iter(match=key("user", "*"))))
#> ['shop:user:1', 'shop:user:1:cart']

client.close()
