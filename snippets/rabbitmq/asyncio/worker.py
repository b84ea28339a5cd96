import asyncio
import os
import signal

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

URL = os.environ.get("AMQP_URL", "amqp://localhost/?reconnect_interval=1")
QUORUM = {"x-queue-type": "quorum"}
in_hand: set[asyncio.Task] = set()


async def send_welcome(user: str) -> None:
    await asyncio.sleep(2 if user == "amina" else 0.01)


async def receive(message: AbstractIncomingMessage) -> None:
    task = asyncio.current_task()
    in_hand.add(task)
    user = message.body.decode()
    again = " again" if message.redelivered else ""
    print(f"{user}: begun{again}", flush=True)
    try:
        async with message.process(requeue=True):
            await send_welcome(user)
        print(f"{user}: welcomed", flush=True)
    except asyncio.CancelledError:
        print(f"{user}: interrupted", flush=True)
        raise
    finally:
        in_hand.discard(task)


async def main() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with await aio_pika.connect_robust(URL, timeout=10) as connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=10)
        queue = await channel.declare_queue("signups", durable=True, arguments=QUORUM)
        tag = await queue.consume(receive)
        print("waiting for sign-ups", flush=True)
        await stop.wait()
        await queue.cancel(tag)  # nothing new, please
        if in_hand:  # finish and acknowledge what was begun
            await asyncio.wait(in_hand)


asyncio.run(main())
