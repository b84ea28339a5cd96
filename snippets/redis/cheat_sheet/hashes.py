import redis

client = redis.Redis(decode_responses=True)

print(client.hset("customer:1", mapping={"name": "Amina", "city": "Lahore"}))
#> 2
print(client.hget("customer:1", "name"))
#> Amina
print(client.hmget("customer:1", "name", "phone"))
#> ['Amina', None]
print(client.hincrby("customer:1", "orders", 1))
#> 1
print(client.hgetall("customer:1"))
#> {'name': 'Amina', 'city': 'Lahore', 'orders': '1'}
print(client.hgetall("customer:404"))
#> {}
client.close()
