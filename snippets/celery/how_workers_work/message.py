import base64
import json

import redis
from celery.exceptions import TimeoutError
from tasks import pack

job = pack.delay(1001)
queue = redis.Redis(decode_responses=True)
message = json.loads(queue.lindex("celery", 0))

print("in the queue:", queue.llen("celery"))
print("task:", message["headers"]["task"])
print("arguments, for people:", message["headers"]["argsrepr"])
print("body:", base64.b64decode(message["body"]).decode())
print("durable:", message["properties"]["delivery_mode"] == 2)
try:
    job.get(timeout=1)
except TimeoutError:
    print("the job is", job.state)
