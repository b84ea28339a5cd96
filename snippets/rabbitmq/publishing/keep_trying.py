import asyncio
import os
import signal
import sys
from pathlib import Path

import aio_pika
from aio_pika.exceptions import AMQPConnectionError

BROKER_PID = int(sys.argv[1])
QUORUM = {"x-queue-type": "quorum"}
# The same id at every attempt, so that a consumer can recognise a repetition.
ORDER = aio_pika.Message(
    b"{}", message_id="order-17", delivery_mode=aio_pika.DeliveryMode.PERSISTENT
)


async def freeze(pid: int) -> None:
    os.kill(pid, signal.SIGSTOP)
    states = {"running"}
    while states - {"T"}:  # stopped; each thread of the broker stops by itself
        await asyncio.sleep(0.01)
        threads = Path(f"/proc/{pid}/task").glob("*/stat")
        states = {thread.read_text().rpartition(") ")[2][0] for thread in threads}


async def main() -> None:
    async with await aio_pika.connect("amqp://localhost", timeout=10) as connection:
        channel = await connection.channel(on_return_raises=True)
        await channel.declare_queue("orders", durable=True, arguments=QUORUM)
        await freeze(BROKER_PID)  # the broker stands still
        for attempt in range(1, 6):
            try:
                await channel.default_exchange.publish(ORDER, "orders", timeout=1)
                print(f"attempt {attempt}: confirmed")
                return
            # Not caught: refused or unroutable. Trying again at once is no cure.
            except (TimeoutError, AMQPConnectionError) as error:
                print(f"attempt {attempt}: {type(error).__name__}")
            os.kill(BROKER_PID, signal.SIGCONT)  # the broker goes on
            await asyncio.sleep(0.1 * 2**attempt)  # wait longer each time


asyncio.run(main())
