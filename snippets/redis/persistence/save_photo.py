import os

import redis

client = redis.Redis(host="localhost", port=6379)
client.set("photo:1", os.urandom(1_000_000))
print("the server accepted a photo of 1 MB")
client.close()
