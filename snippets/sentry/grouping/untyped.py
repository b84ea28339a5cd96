from typing import Any

import sentry_sdk


def drop_nothing(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any] | None:
    return event


sentry_sdk.init(before_send=drop_nothing)
