import asyncio

import redis.asyncio as redis


async def main() -> None:
    async with redis.from_url("redis://localhost", decode_responses=True) as client:
        client.set("greeting", "Assalamualaikum")
        print(await client.get("greeting"))


asyncio.run(main())
