import asyncio

import redis.asyncio as redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)


async def count() -> int:
    return await client.incr("searches")


with asyncio.Runner() as first, asyncio.Runner() as second:
    print(first.run(count()))
    #> 1
    try:
        print(second.run(count()))
    except RuntimeError as error:
        print(str(error).rpartition(" got ")[2])
        #> Future <Future pending> attached to a different loop
