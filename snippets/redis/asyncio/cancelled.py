import asyncio

import redis.asyncio as redis


async def main() -> None:
    async with redis.Redis(
        host="localhost", port=6379, decode_responses=True, max_connections=1
    ) as client:
        await client.mset({"first": "Amina", "second": "Bilal"})
        before = await client.client_id()

        await client.client_pause(300)  # Redis answers nobody for 300 ms
        try:
            async with asyncio.timeout(0.1):
                await client.get("first")
        except TimeoutError:
            print("no answer within 0.1 s")
            #> no answer within 0.1 s

        print(await client.get("second"))
        #> Bilal
        print("same connection:", await client.client_id() == before)
        #> same connection: False


asyncio.run(main())
