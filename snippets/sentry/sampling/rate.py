import sentry_sdk

sentry_sdk.init(traces_sample_rate=0.1, transport_queue_size=1000)

for _ in range(1000):
    with sentry_sdk.start_transaction(op="task", name="order"):
        pass
sentry_sdk.flush(timeout=20)
