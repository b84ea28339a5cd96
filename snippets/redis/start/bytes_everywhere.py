import redis

client = redis.Redis(host="localhost", port=6379)

client.set("greeting", "Assalamualaikum")
print(client.get("greeting"))
#> b'Assalamualaikum'

client.hset("user:1", mapping={"name": "Amina"})
user = client.hgetall("user:1")
print(user)
#> {b'name': b'Amina'}
print(user.get("name"))
#> None

try:
    print(client.get("nothing-here").decode())
except AttributeError as error:
    print(error)
    #> 'NoneType' object has no attribute 'decode'

client.close()
