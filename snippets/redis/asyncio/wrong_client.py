import asyncio

import redis
import redis.asyncio


async def tick(ticks: list[int]) -> None:
    while True:
        await asyncio.sleep(0.05)  # stands for all other requests
        ticks.append(1)


async def main() -> None:
    ticks: list[int] = []
    ticking = asyncio.create_task(tick(ticks))
    await asyncio.sleep(0)

    with redis.Redis(host="localhost", port=6379) as blocking:
        blocking.blpop("jobs", timeout=0.5)
    print("others during the blocking call:", len(ticks))
    #> others during the blocking call: 0

    async with redis.asyncio.Redis(host="localhost", port=6379) as client:
        await client.blpop("jobs", timeout=0.5)
    print("others during the awaited call, more than 3:", len(ticks) > 3)
    #> others during the awaited call, more than 3: True
    ticking.cancel()


asyncio.run(main())
