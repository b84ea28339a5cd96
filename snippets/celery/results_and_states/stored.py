import json

import redis
from exports import export_orders

job = export_orders.delay(1)
job.get(timeout=20)

with redis.Redis(db=1, decode_responses=True) as client:
    key = f"celery-task-meta-{job.id}"
    print("seconds left:", round(client.ttl(key), -2))
    for name, value in json.loads(client.get(key)).items():
        print(f"{name}: {value}")

job.forget()  # you have the answer: do not keep it for an hour
print("after forget():", job.state)
