import redis

shop = redis.Redis(decode_responses=True)
shop.set("shop:order:17", "paid")

# What a test suite does before each test, on a server that is not its own:
tests = redis.Redis(decode_responses=True)
tests.flushall()

print(shop.get("shop:order:17"))
#> None
shop.close()
tests.close()
