import asyncio

from redis.asyncio.cluster import RedisCluster


async def main() -> None:
    async with RedisCluster(
        host="localhost", port=7001, decode_responses=True
    ) as cluster:
        await asyncio.gather(*(cluster.set(f"order:{n}", "paid") for n in range(100)))
        print(await cluster.exists("order:17"), await cluster.exists("order:99"))
        #> 1 1


asyncio.run(main())
