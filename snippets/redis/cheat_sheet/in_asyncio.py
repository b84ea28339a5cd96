import asyncio

import redis.asyncio as redis


async def main() -> None:
    async with redis.Redis(decode_responses=True) as client:
        await client.set("greeting", "Assalamualaikum")
        async with client.pipeline() as pipe:
            print(await pipe.get("greeting").incr("visits").execute())
            #> ['Assalamualaikum', 1]


asyncio.run(main())
