import asyncio

import redis.asyncio as redis


async def main() -> None:
    pool = redis.BlockingConnectionPool.from_url(
        "redis://localhost:6379", decode_responses=True, max_connections=10, timeout=5
    )
    async with redis.Redis.from_pool(pool) as client:  # closes the pool as well
        answers = await asyncio.gather(*(client.incr("views") for _ in range(200)))
        print(len(answers), max(answers))
        #> 200 200
        print((await client.info("clients"))["connected_clients"])
        #> 10


asyncio.run(main())
