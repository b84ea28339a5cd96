import asyncio

import aio_pika
from aio_pika.pool import Pool

MESSAGE = aio_pika.Message(b"{}", delivery_mode=aio_pika.DeliveryMode.PERSISTENT)


async def main() -> None:
    connection = await aio_pika.connect_robust("amqp://localhost/", timeout=10)
    async with connection:
        channel = await connection.channel(on_return_raises=True)
        await channel.declare_queue("signups", durable=True)
        publish = channel.default_exchange.publish
        jobs = (publish(MESSAGE, "signups", timeout=10) for _ in range(200))
        print("confirmed:", len(await asyncio.gather(*jobs)))
        #> confirmed: 200

        opened = []

        async def open_channel():
            opened.append(await connection.channel(on_return_raises=True))
            return opened[-1]

        async def publish_from_pool() -> None:
            async with pool.acquire() as channel:
                publish = channel.default_exchange.publish
                await publish(MESSAGE, "signups", timeout=10)

        async with Pool(open_channel, max_size=5) as pool:
            await asyncio.gather(*(publish_from_pool() for _ in range(200)))
        print("channels opened:", len(opened))
        #> channels opened: 5


asyncio.run(main())
