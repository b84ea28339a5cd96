import logging

import sentry_sdk

sentry_sdk.init()  # the address comes from SENTRY_DSN


def cancel(number: int) -> bool:
    if number < 0:
        logging.error("order %s cannot be cancelled", number)
        return False
    return True
