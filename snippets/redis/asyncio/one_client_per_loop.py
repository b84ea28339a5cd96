import asyncio

import redis.asyncio as redis


async def count() -> int:
    async with redis.from_url("redis://localhost", decode_responses=True) as client:
        return await client.incr("orders")


print(asyncio.run(count()))
#> 1
print(asyncio.run(count()))
#> 2
