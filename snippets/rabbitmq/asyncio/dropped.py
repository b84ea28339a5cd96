import asyncio

import aio_pika

QUORUM = {"x-queue-type": "quorum"}


async def send_welcome(message, **how: bool) -> None:
    async with message.process(**how):
        await asyncio.sleep(60)  # the mail server does not answer


async def main() -> None:
    async with await aio_pika.connect_robust("amqp://localhost/") as connection:
        channel = await connection.channel(on_return_raises=True)
        queue = await channel.declare_queue("signups", durable=True, arguments=QUORUM)
        for how in ({}, {"requeue": True}):
            message = aio_pika.Message(b"amina@example.com")
            await channel.default_exchange.publish(message, "signups", timeout=5)
            incoming = await queue.get(timeout=5)
            try:
                await asyncio.wait_for(send_welcome(incoming, **how), 0.1)
            except TimeoutError:
                again = await queue.get(fail=False, timeout=5)
                print(f"process({how or ''}):", "comes again" if again else "lost")
                #> process(): lost
                #> process({'requeue': True}): comes again


asyncio.run(main())
