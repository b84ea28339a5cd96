import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

client.hset("user:1", mapping={"name": "Amina", "login-code": "4711"})
print(client.hexpire("user:1", 10, "login-code"))
#> [1]
print(client.httl("user:1", "name", "login-code", "no-such-field"))
#> [-1, 10, -2]
print(client.object("ENCODING", "user:1"))
#> listpackex

# As with SET: a plain HSET on the field takes its expiry away.
client.hset("user:1", "login-code", "1234")
print(client.httl("user:1", "login-code"))
#> [-1]

client.close()
