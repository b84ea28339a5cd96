import re

import sentry_sdk

CARD = re.compile(r"\b\d{4}(-\d{4}){3}\b")
KEYS = re.compile("password|token|secret|card", re.IGNORECASE)


def clean(log: dict, hint: dict) -> dict | None:
    if log["severity_text"] == "debug":
        return None  # not sent
    log["body"] = CARD.sub("[card]", log["body"])
    for key in log["attributes"]:
        if KEYS.search(key):
            log["attributes"][key] = "[Filtered]"
    return log


sentry_sdk.init(before_send_log=clean)

card, token = "4111-1111-1111-1111", "token-9f8e7d"
sentry_sdk.logger.info("card {card} was refused", card=card)
sentry_sdk.logger.info("signed in", attributes={"password": token})
sentry_sdk.logger.debug("the cache is warm")
