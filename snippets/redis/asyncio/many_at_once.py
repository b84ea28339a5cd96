import asyncio

import redis.asyncio as redis


async def main() -> None:
    async with redis.from_url("redis://localhost", decode_responses=True) as client:
        keys = [f"user:{number}" for number in range(50)]
        await asyncio.gather(*(client.set(key, "Amina") for key in keys))
        print((await client.info("clients"))["connected_clients"] > 25)
        #> True

    async with redis.from_url("redis://localhost", decode_responses=True) as client:
        async with client.pipeline(transaction=False) as pipe:
            for key in keys:
                pipe.get(key)
            names = await pipe.execute()
        print(len(names), (await client.info("clients"))["connected_clients"])
        #> 50 1


asyncio.run(main())
