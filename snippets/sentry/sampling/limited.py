import sentry_sdk

sentry_sdk.init(traces_sample_rate=1.0, enable_backpressure_handling=False)

for number in range(3):
    sentry_sdk.capture_message(f"payment {number} failed")
    sentry_sdk.flush(timeout=10)
    with sentry_sdk.start_transaction(op="task", name="order"):
        pass
    sentry_sdk.flush(timeout=10)
