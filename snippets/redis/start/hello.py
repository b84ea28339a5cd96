# --8<-- [start:connect]
import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
# --8<-- [end:connect]

print(client.set("greeting", "Assalamualaikum"))
#> True
print(client.get("greeting"))
#> Assalamualaikum

print(client.hset("user:2", mapping={"name": "Amina", "email": "amina@example.com"}))
#> 2
print(client.hset("user:2", mapping={"name": "Amina B.", "email": "amina@example.com"}))
#> 0
print(client.hgetall("user:2"))
#> {'name': 'Amina B.', 'email': 'amina@example.com'}

print(client.get("nothing-here"))
#> None
print(client.hgetall("user:404"))
#> {}

client.close()
