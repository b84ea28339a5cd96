import redis

client = redis.Redis(decode_responses=True, socket_timeout=None)

client.rpush("emails", "welcome", "invoice")
print(client.lrange("emails", 0, -1))
#> ['welcome', 'invoice']
job = client.blmove("emails", "working", timeout=1, src="LEFT", dest="RIGHT")
print(job)  # kept in "working" until it is done
#> welcome
print(client.lrem("working", 1, job))
#> 1
client.close()
