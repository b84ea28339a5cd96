import logging
import os

import redis
from flask import Flask
from redis.backoff import ExponentialWithJitterBackoff
from redis.retry import Retry

app = Flask(__name__)
# One client for the process and all its threads. It connects at the first command.
client = redis.Redis.from_url(
    os.environ.get("REDIS_URL", "redis://localhost:6379/0"),
    decode_responses=True,
    socket_connect_timeout=0.5,
    socket_timeout=0.5,
    health_check_interval=30,
    retry=Retry(ExponentialWithJitterBackoff(base=0.05, cap=0.2), retries=1),
    client_name="shop",
)


@app.get("/product/<int:number>")
def product(number: int) -> dict[str, int | None]:
    views: int | None = None
    try:
        views = client.incr(f"views:{number}")
    except (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError) as error:
        logging.warning("not counted: %s", error)
    return {"id": number, "price": 1200, "views": views}
