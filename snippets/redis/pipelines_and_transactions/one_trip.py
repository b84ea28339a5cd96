import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

pipe = client.pipeline(transaction=False)
pipe.hset("order:1001", mapping={"user": "amina", "status": "paid"})
pipe.incr("orders:paid")
pipe.lpush("emails", "receipt:1001")
print(client.exists("order:1001"))  # nothing was sent so far
#> 0

print(pipe.execute())  # one trip, one answer for each command, in order
#> [2, 1, 1]
print(client.hgetall("order:1001"))
#> {'user': 'amina', 'status': 'paid'}

client.close()
