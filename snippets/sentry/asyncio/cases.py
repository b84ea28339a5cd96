"""One ending of a failed task, with or without the integration."""

import asyncio
import sys

import sentry_sdk
from sentry_sdk.integrations.asyncio import (
    AsyncioIntegration,
    enable_asyncio_integration,
)

case, how = sys.argv[1:]
kept: list[asyncio.Task] = []


async def send_mail() -> None:
    raise ConnectionError("the mail server is down")


async def never_awaited() -> None:
    kept.append(asyncio.create_task(send_mail()))
    await asyncio.sleep(0.1)  # the program works on, and holds the task


async def awaited_and_caught() -> None:
    try:
        await asyncio.create_task(send_mail())
    except ConnectionError:
        print("tomorrow again")


async def gathered() -> None:
    await asyncio.gather(send_mail(), send_mail(), return_exceptions=True)


async def group() -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(send_mail())


async def main() -> None:
    if how == "enable":
        enable_asyncio_integration()
    await globals()[case]()
    sentry_sdk.flush(timeout=5)


if how == "early":
    sentry_sdk.init(integrations=[AsyncioIntegration()])
else:
    sentry_sdk.init()
asyncio.run(main())
