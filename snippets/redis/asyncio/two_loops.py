import asyncio

import redis.asyncio as redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)


async def count() -> int:
    return await client.incr("logins")


print(asyncio.run(count()))
#> 1
try:
    print(asyncio.run(count()))
except RuntimeError as error:
    print(error)
    #> Event loop is closed
