import sentry_sdk

sentry_sdk.init(sample_rate=0.1, transport_queue_size=1000)

for number in range(999):
    sentry_sdk.capture_message(f"coupon {number} has expired")
sentry_sdk.capture_message("payment provider answered 500")  # the one that matters
sentry_sdk.flush(timeout=20)
