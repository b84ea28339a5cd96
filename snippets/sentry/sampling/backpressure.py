import sentry_sdk

sentry_sdk.init(traces_sample_rate=1.0)

sentry_sdk.capture_message("one error too many")
sentry_sdk.flush(timeout=10)  # the server answers: no more errors for 60 seconds

for checks in range(4):
    kept = 0
    for _ in range(200):
        with sentry_sdk.start_transaction(name="order") as transaction:
            kept += transaction.sampled
    print(f"after {checks} checks, of 200 transactions kept, counted: {kept}")
    sentry_sdk.get_client().monitor.run()  # the SDK does this every 10 seconds
sentry_sdk.flush(timeout=20)
