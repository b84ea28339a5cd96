import asyncio
import os
import sys

from orders import RABBITMQ, REDIS, TAKEOVER, pack
from taskiq import AsyncBroker
from taskiq_aio_pika import AioPikaBroker
from taskiq_redis import RedisStreamBroker

broker: AsyncBroker
if os.environ.get("BROKER") == "rabbitmq":
    broker = AioPikaBroker(RABBITMQ, qos=1)  # its queues are quorum queues
else:
    broker = RedisStreamBroker(
        REDIS,
        consumer_id="0",  # also what was sent before the first worker started
        idle_timeout=TAKEOVER * 1000,  # default: 10 minutes
        xread_count=1,  # default: take 100 at once
    )

pack_order = broker.task(task_name="pack_order")(pack)


async def send() -> None:
    await broker.startup()
    for order in range(*map(int, sys.argv[1:])):
        await pack_order.kiq(order)
    await broker.shutdown()


if __name__ == "__main__":
    asyncio.run(send())
