import os
from contextlib import asynccontextmanager

import aio_pika
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError
from fastapi import FastAPI, HTTPException

URL = os.environ.get("AMQP_URL", "amqp://localhost/?reconnect_interval=1")
QUORUM = {"x-queue-type": "quorum"}
FAILED = (AMQPError, ChannelInvalidStateError, TimeoutError)


@asynccontextmanager
async def lifespan(app: FastAPI):
    # One connection and one channel for all requests of this process.
    async with await aio_pika.connect_robust(URL, timeout=10) as connection:
        channel = await connection.channel(on_return_raises=True)
        await channel.declare_queue("signups", durable=True, arguments=QUORUM)
        app.state.channel = channel
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/signups/{user}", status_code=202)
async def sign_up(user: str) -> dict[str, str]:
    message = aio_pika.Message(
        user.encode(),
        message_id=f"signup-{user}",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )
    exchange = app.state.channel.default_exchange
    try:
        await exchange.publish(message, "signups", timeout=2)
    except FAILED as error:
        raise HTTPException(503, type(error).__name__) from None
    return {"accepted": user}
