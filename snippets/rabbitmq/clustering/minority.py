import asyncio

import aio_pika

ORDER = aio_pika.Message(b"{}", message_id="order-300")


async def main() -> None:
    async with await aio_pika.connect("amqp://localhost:5675", timeout=10) as node_3:
        channel = await node_3.channel(on_return_raises=True)
        try:
            await channel.default_exchange.publish(ORDER, "orders", timeout=3)
            print("confirmed")
        except TimeoutError:
            print("TimeoutError: nobody confirmed")


asyncio.run(main())
