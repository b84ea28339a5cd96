import asyncio
import sys
import time

import aio_pika

HOW = sys.argv[1]
# One second instead of the usual 60, so that you need not wait.
URL = "amqp://localhost/?heartbeat=1&reconnect_interval=1"
finished = asyncio.Event()


async def write_invoice(message) -> None:
    print("begun again" if message.redelivered else "begun", flush=True)
    async with message.process(requeue=True):
        if message.redelivered:
            finished.set()
        elif HOW == "blocking":
            time.sleep(4)  # wrong: the whole event loop stands still
        else:
            await asyncio.to_thread(time.sleep, 4)
    print("done", flush=True)
    finished.set()


async def main() -> None:
    async with await aio_pika.connect_robust(URL, timeout=10) as connection:
        channel = await connection.channel(on_return_raises=True)
        await channel.set_qos(prefetch_count=1)
        queue = await channel.declare_queue(HOW, durable=True)
        message = aio_pika.Message(b"order-17")
        await channel.default_exchange.publish(message, HOW, timeout=5)
        await queue.consume(write_invoice)
        await finished.wait()


asyncio.run(main())
