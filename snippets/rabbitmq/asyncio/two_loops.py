import asyncio

import aio_pika


async def connect():
    return await aio_pika.connect_robust("amqp://localhost/", timeout=5)


async def publish(connection) -> None:
    channel = await connection.channel(on_return_raises=True)
    await channel.declare_queue("signups", durable=True)


async def connect_and_publish() -> None:
    async with await connect() as connection:
        await publish(connection)
    print("done")


connection = asyncio.run(connect())
try:
    asyncio.run(publish(connection))  # wrong: another loop than the connection's
except RuntimeError as error:
    print(f"RuntimeError: {error}")

asyncio.run(connect_and_publish())
