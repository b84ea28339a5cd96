import redis

client = redis.Redis(decode_responses=True)

print(client.hset("user:1", mapping={"name": "Amina", "city": "Lahore"}))
#> 2
print(client.hget("user:1", "name"))
#> Amina
print(client.hmget("user:1", "name", "phone"))
#> ['Amina', None]
print(client.hincrby("user:1", "orders", 1))
#> 1
print(client.hgetall("user:1"))
#> {'name': 'Amina', 'city': 'Lahore', 'orders': '1'}
print(client.hgetall("user:404"))
#> {}
client.close()
