import asyncio
import os

import aio_pika


async def main() -> None:
    url = os.environ["AMQP_URL"]
    async with await aio_pika.connect_robust(url, timeout=10) as connection:
        channel = await connection.channel(on_return_raises=True)
        queue = await channel.get_queue("orders")
        print("waiting:", queue.declaration_result.message_count)


asyncio.run(main())
