import asyncio

import aio_pika

QUORUM = {"x-queue-type": "quorum"}


async def main() -> None:
    connection = await aio_pika.connect_robust("amqp://localhost/", timeout=10)
    async with connection:
        channel = await connection.channel(on_return_raises=True)
        queue = await channel.declare_queue("signups", durable=True, arguments=QUORUM)
        message = aio_pika.Message(
            b"amina@example.com",
            message_id="signup-1",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        answer = await channel.default_exchange.publish(message, "signups", timeout=5)
        print(type(answer).__name__)
        #> Ack

        incoming = await queue.get(timeout=5)
        async with incoming.process(requeue=True):
            print(incoming.message_id, incoming.body.decode())
            #> signup-1 amina@example.com
        print(await queue.get(fail=False))
        #> None


asyncio.run(main())
