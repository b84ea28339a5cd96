import asyncio

import aio_pika

busy = most = done = 0


async def send_welcome(message) -> None:
    global busy, most, done
    async with message.process(requeue=True):
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0.05)
        busy -= 1
        done += 1


async def main() -> None:
    global most
    async with await aio_pika.connect_robust("amqp://localhost/") as connection:
        channel = await connection.channel(on_return_raises=True)
        queue = await channel.declare_queue("signups", durable=True)
        await channel.set_qos(prefetch_count=4)
        for _ in range(16):
            message = aio_pika.Message(b"{}")
            await channel.default_exchange.publish(message, "signups", timeout=5)

        tag = await queue.consume(send_welcome)
        while done < 8:
            await asyncio.sleep(0.01)
        await queue.cancel(tag)
        while busy:
            await asyncio.sleep(0.01)
        print(f"callback: {most} at once")
        #> callback: 4 at once

        most = 0
        async with queue.iterator(timeout=1) as messages:
            async for message in messages:
                await send_welcome(message)
                if done == 16:
                    break
        print(f"iterator: {most} at once")
        #> iterator: 1 at once


asyncio.run(main())
