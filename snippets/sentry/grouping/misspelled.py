import sentry_sdk
from sentry_sdk.types import Event, Hint


def group(event: Event, hint: Hint) -> Event | None:
    event["fingerprints"] = ["database-down"]
    return event


sentry_sdk.init(before_send=group)
sentry_sdk.capture_message("the database does not answer")
