import json

import redis

client = redis.Redis(decode_responses=True)

client.set("user:1", str({"name": "Amina"}))
try:
    json.loads(client.get("user:1"))
except ValueError as error:
    print(error)
    #> Expecting property name enclosed in double quotes: line 1 column 2 (char 1)

client.set("user:1", json.dumps({"name": "Amina"}))
print(json.loads(client.get("user:1"))["name"])
#> Amina
client.close()
