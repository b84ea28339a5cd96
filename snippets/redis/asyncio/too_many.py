import asyncio

import redis.asyncio as redis


async def main() -> None:
    async with redis.from_url("redis://localhost", decode_responses=True) as client:
        answers = await asyncio.gather(
            *(client.incr("visits") for _ in range(200)), return_exceptions=True
        )
    errors = [answer for answer in answers if isinstance(answer, Exception)]
    print(len(errors), type(errors[0]).__name__, errors[0])
    #> 100 MaxConnectionsError Too many connections


asyncio.run(main())
