import asyncio

import aio_pika


async def main() -> None:
    try:
        await aio_pika.connect_robust("amqp://localhost:5673/", timeout=5)
    except aio_pika.exceptions.AMQPConnectionError as error:
        print(error)
    try:
        patient = "amqp://localhost:5673/?fail_fast=0&reconnect_interval=1"
        await asyncio.wait_for(aio_pika.connect_robust(patient, timeout=5), 0.5)
    except TimeoutError:
        print("still trying")


asyncio.run(main())
