import asyncio

import redis.asyncio
from redis.exceptions import LockError


async def make_report(client: redis.asyncio.Redis) -> None:
    # After 10 s, the lock is free even if this task hangs. Wait for 0.5 s at most.
    lock = client.lock("lock:report", timeout=10, blocking_timeout=0.5)
    try:
        async with lock:
            print("making the report")
            #> making the report
            await asyncio.sleep(2)
    except LockError as error:
        print(error)
        #> Unable to acquire lock within the time specified


async def main() -> None:
    async with redis.asyncio.Redis() as client:
        await asyncio.gather(make_report(client), make_report(client))


asyncio.run(main())
