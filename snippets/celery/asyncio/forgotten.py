import asyncio

from celery import Celery

app = Celery(
    "forgotten", broker="redis://localhost:6379/0", backend="redis://localhost:6379/1"
)


async def write(name: str) -> str:
    await asyncio.sleep(0.1)
    with open("outbox.txt", "a") as outbox:
        print(f"Welcome, {name}!", file=outbox)
    return "sent"


@app.task
async def send_email(name: str) -> str:
    return await write(name)


@app.task(ignore_result=True)
async def send_quietly(name: str) -> str:
    return await write(name)
