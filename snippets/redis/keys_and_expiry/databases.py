import redis

shop = redis.Redis(host="localhost", port=6379, db=0, decode_responses=True)
tests = redis.Redis(host="localhost", port=6379, db=1, decode_responses=True)

shop.set("user:1", "Amina")
print(tests.get("user:1"))
#> None

# "I only empty my test database": FLUSHALL empties every one of them.
tests.flushall()
print(shop.get("user:1"))
#> None

try:
    redis.Redis(host="localhost", port=6379, db=16).ping()
except redis.ResponseError as error:
    print(error)
    #> DB index is out of range

shop.close()
tests.close()
