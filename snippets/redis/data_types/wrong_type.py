import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

# One part of the program stores the cart as text, another one as a list.
client.set("cart:1", "tea")
try:
    client.lpush("cart:1", "honey")
except redis.ResponseError as error:
    print(error)
    #> WRONGTYPE Operation against a key holding the wrong kind of value
print(client.type("cart:1"), client.get("cart:1"))
#> string tea

# SET asks nobody: it replaces a value of any type.
client.rpush("cart:2", "tea", "honey")
client.set("cart:2", "sugar")
print(client.type("cart:2"), client.get("cart:2"))
#> string sugar

client.close()
