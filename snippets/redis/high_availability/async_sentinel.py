import asyncio

from redis.asyncio.sentinel import Sentinel


async def main() -> None:
    addresses = [("localhost", 26379), ("localhost", 26380), ("localhost", 26381)]
    sentinel = Sentinel(addresses, socket_timeout=0.5)
    async with sentinel.master_for(
        "orders", decode_responses=True, socket_timeout=0.5
    ) as primary:
        await primary.set("order:17", "paid")
        print(await primary.get("order:17"))
        #> paid
    for each in sentinel.sentinels:  # their connections are not the primary's
        await each.aclose()


asyncio.run(main())
