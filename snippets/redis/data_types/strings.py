import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

# A number is text that INCR reads, changes and writes back in one step.
client.set("orders:today", 41)
print(client.incr("orders:today"))
#> 42
print(repr(client.get("orders:today")))
#> '42'

# Money is counted in the smallest unit, so that it stays a whole number.
print(client.incrby("revenue:cents", 1999))
#> 1999

client.set("greeting", "Assalamualaikum")
try:
    client.incr("greeting")
except redis.ResponseError as error:
    print(error)
    #> value is not an integer or out of range

client.close()
