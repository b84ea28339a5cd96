import asyncio

import aio_pika


async def main() -> None:
    async with await aio_pika.connect("amqp://localhost", timeout=10) as connection:
        message = aio_pika.Message(b"{}")
        careless = await connection.channel()
        await careless.default_exchange.publish(message, "oders", timeout=10)
        print("no error")
        #> no error
        careful = await connection.channel(on_return_raises=True)
        try:
            await careful.default_exchange.publish(message, "oders", timeout=10)
        except aio_pika.exceptions.PublishError as error:
            print(type(error).__name__)
            #> PublishError


asyncio.run(main())
