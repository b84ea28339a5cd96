import base64
import json

import redis
from shop import send_receipt

CARD = "4242 4242 4242 4242"
send_receipt.delay("order-22", card=CARD)
send_receipt.apply_async(
    ["order-23"],
    {"card": CARD},
    argsrepr="('order-23',)",
    kwargsrepr="{'card': '****'}",
)

broker = redis.Redis(decode_responses=True)
for raw in reversed(broker.lrange("celery", 0, -1)):
    message = json.loads(raw)
    args, kwargs, _ = json.loads(base64.b64decode(message["body"]))
    print(args, "shown:", message["headers"]["kwargsrepr"], "sent:", kwargs)
