import json
import sys

import redis
import sentry_sdk

sentry_sdk.init(traces_sample_rate=1.0)
store = redis.Redis(decode_responses=True)

if sys.argv[1] == "send":
    with sentry_sdk.start_transaction(op="http.server", name="POST /invoices"):
        store.lpush("invoices", json.dumps({"order": 1001}))
else:
    message = json.loads(store.brpop(["invoices"], timeout=10)[1])
    with sentry_sdk.start_transaction(op="queue.process", name="invoice"):
        print("invoice for order", message["order"])
