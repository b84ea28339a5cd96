import sentry_sdk


def before_send(event: dict, hint: dict) -> dict | None:
    if "exc_info" in hint and issubclass(hint["exc_info"][0], TimeoutError):
        return None  # dropped
    event.pop("server_name", None)
    return event


sentry_sdk.init(before_send=before_send, ignore_errors=[KeyboardInterrupt])

sentry_sdk.capture_exception(TimeoutError("slow"))
sentry_sdk.capture_exception(ValueError("kept"))
sentry_sdk.flush(timeout=5)
