import sentry_sdk


class PaymentFailed(Exception):
    pass


def keep(event: dict, hint: dict) -> float:
    kind = hint["exc_info"][0] if "exc_info" in hint else None
    return 0.1 if kind is TimeoutError else 1.0


sentry_sdk.init(error_sampler=keep, transport_queue_size=1000)

for number in range(200):
    sentry_sdk.capture_exception(TimeoutError(f"geocoder, order {number}"))
sentry_sdk.capture_exception(PaymentFailed("order 1001"))
sentry_sdk.flush(timeout=20)
