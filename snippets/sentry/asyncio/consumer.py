import asyncio
import sys

import sentry_sdk
from sentry_sdk.integrations.asyncio import enable_asyncio_integration

sentry_sdk.init()


async def handle(order: int, both: asyncio.Barrier) -> None:
    sentry_sdk.set_tag("order", str(order))
    await both.wait()  # as a consumer waits for its database
    sentry_sdk.capture_message(f"order {order} failed")


async def handle_apart(order: int, both: asyncio.Barrier) -> None:
    with sentry_sdk.isolation_scope():
        await handle(order, both)


async def main(how: str) -> None:
    if how == "enable":
        enable_asyncio_integration()
    work = handle_apart if how == "scope" else handle
    both = asyncio.Barrier(2)
    async with asyncio.TaskGroup() as tasks:
        for order in (1001, 1002):
            tasks.create_task(work(order, both))
    sentry_sdk.flush(timeout=5)


asyncio.run(main(sys.argv[1]))
