import random

import redis
from celery import Celery, Task
from limiter import store, take

app = Celery("shop", broker="redis://localhost:6379/0")
app.conf.update(worker_prefetch_multiplier=1, task_acks_late=True)


@app.task(
    bind=True,
    ignore_result=True,
    max_retries=None,
    autoretry_for=(redis.ConnectionError, redis.TimeoutError),
    retry_backoff=True,
)
def tell_partner(self: Task, order: int) -> None:
    if wait := take("partner", per_second=2):
        # Spread those that wait, or they all come back at the same moment.
        raise self.retry(countdown=wait + random.uniform(0, 2))
    store.rpush("told", order)  # stands for the partner
