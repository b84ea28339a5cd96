import redis

client = redis.Redis(decode_responses=True)

client.sadd("newsletter", "amina", "bilal")
client.sadd("customers", "bilal", "chen")
print(client.sismember("newsletter", "amina"))
#> 1
print(client.smismember("newsletter", ["amina", "chen"]))
#> [1, 0]
print(client.sinter("newsletter", "customers"))
#> {'bilal'}
print(sorted(client.sunion("newsletter", "customers")))
#> ['amina', 'bilal', 'chen']
print(client.scard("newsletter"))
#> 2
client.close()
