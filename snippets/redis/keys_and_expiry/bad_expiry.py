import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

try:
    client.set("session:1", "Amina", ex=0)
except redis.ResponseError as error:
    print(error)
    #> invalid expire time in 'set' command

# EXPIRE takes a time in the past for "now": the key is deleted.
client.set("session:1", "Amina")
print(client.expire("session:1", -1), client.exists("session:1"))
#> True 0

client.close()
