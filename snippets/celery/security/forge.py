import base64
import json

import redis
from celery import Celery
from signed import pay

queue = redis.Redis(decode_responses=True)

# Somebody who can write to the broker changes an order that was signed.
pay.delay("order-18")
message = json.loads(queue.rpop("celery"))
signed = base64.b64decode(base64.b64decode(message["body"]))
body = base64.b64encode(signed.replace(b"order-18", b"order-99"))
message["body"] = base64.b64encode(body).decode()
queue.lpush("celery", json.dumps(message))

# Somebody sends without a signature.
Celery(broker="redis://localhost:6379/0").send_task("signed.pay", ["order-98"])

# Somebody leaves the signed part as it is, and has another task called.
pay.delay("order-96")
message = json.loads(queue.lpop("celery"))
message["headers"]["task"] = "signed.refund"
queue.lpush("celery", json.dumps(message))
