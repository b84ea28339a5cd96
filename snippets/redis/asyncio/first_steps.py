import asyncio

import redis.asyncio as redis


async def main() -> None:
    async with redis.from_url("redis://localhost", decode_responses=True) as client:
        await client.set("greeting", "Assalamualaikum", ex=60)
        print(await client.get("greeting"))
        #> Assalamualaikum
        async with client.pipeline(transaction=True) as pipe:
            # Only execute() is awaited: until then the commands are collected here.
            pipe.incr("visits").incr("visits")
            print(await pipe.execute())
            #> [1, 2]


asyncio.run(main())
