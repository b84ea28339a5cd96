import asyncio
import os
import signal
import sys

import aio_pika

BROKER_PID = int(sys.argv[1])
MESSAGE = aio_pika.Message(b"{}", delivery_mode=aio_pika.DeliveryMode.PERSISTENT)


async def main() -> None:
    async with await aio_pika.connect_robust("amqp://localhost/") as connection:
        channel = await connection.channel(on_return_raises=True)
        await channel.declare_queue("signups", durable=True)
        publish = channel.default_exchange.publish
        os.kill(BROKER_PID, signal.SIGSTOP)
        await asyncio.sleep(0.2)  # until all of its threads stand still
        try:
            await publish(MESSAGE, "signups", timeout=1)
        except TimeoutError:
            print("TimeoutError from publish with a time limit")
        endless = asyncio.create_task(publish(MESSAGE, "signups"))
        done, _ = await asyncio.wait([endless], timeout=2)
        print("publish without one has returned:", bool(done))
        os.kill(BROKER_PID, signal.SIGCONT)
        await asyncio.wait_for(endless, 10)
        # A channel of its own, for a robust one would show the queue as it was.
        fresh = await connection.channel()
        queue = await fresh.declare_queue("signups", passive=True)
        print("in the queue:", queue.declaration_result.message_count)


asyncio.run(main())
