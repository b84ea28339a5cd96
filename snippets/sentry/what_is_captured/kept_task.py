import asyncio
import sys

import sentry_sdk
from sentry_sdk.integrations.asyncio import enable_asyncio_integration

sentry_sdk.init()
kept = []


async def send_mail() -> None:
    raise ConnectionError("mail server is down")


async def main() -> None:
    if "enable" in sys.argv:
        enable_asyncio_integration()  # inside the event loop, before the first task
    kept.append(asyncio.create_task(send_mail()))
    await asyncio.sleep(0.1)  # the program works on, and the task is never awaited
    sentry_sdk.flush(timeout=5)


asyncio.run(main())
print("done")
