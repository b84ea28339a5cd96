import asyncio
import os

import aio_pika


async def main() -> None:
    url = os.environ.get("AMQP_URL", "amqp://guest:guest@localhost/")
    connection = await aio_pika.connect_robust(url, timeout=10)
    async with connection:
        channel = await connection.channel(on_return_raises=True)
        await channel.set_qos(prefetch_count=10)
        quorum = {"x-queue-type": "quorum"}
        dead = {"x-dead-letter-routing-key": "orders.dead"}
        work = quorum | {"x-dead-letter-exchange": ""} | dead
        await channel.declare_queue("orders.dead", durable=True, arguments=quorum)
        queue = await channel.declare_queue("orders", durable=True, arguments=work)
        message = aio_pika.Message(b"order-17", message_id="order-17")
        await channel.default_exchange.publish(message, "orders", timeout=10)
        async with queue.iterator(timeout=20) as messages:
            async for incoming in messages:
                async with incoming.process():  # ack, or dead letter
                    print(incoming.body.decode())
                    #> order-17
                break


asyncio.run(main())
