import json
import sys

import redis
import sentry_sdk

sentry_sdk.init(traces_sample_rate=1.0)
store = redis.Redis(decode_responses=True)

if sys.argv[1] == "send":
    with (
        sentry_sdk.start_transaction(op="http.server", name="POST /invoices"),
        sentry_sdk.start_span(op="queue.publish", name="invoices"),
    ):
        headers = {
            "sentry-trace": sentry_sdk.get_traceparent(),
            "baggage": sentry_sdk.get_baggage(),
        }
        store.lpush("invoices", json.dumps({"order": 1001, "headers": headers}))
else:
    message = json.loads(store.brpop(["invoices"], timeout=10)[1])
    continued = sentry_sdk.continue_trace(
        message["headers"], op="queue.process", name="invoice"
    )
    with sentry_sdk.start_transaction(continued):
        print("invoice for order", message["order"])
