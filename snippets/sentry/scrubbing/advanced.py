"""Try advanced rules before you save them in Sentry."""

import json
from typing import Any

from sentry_relay.processing import (
    StoreNormalizer,
    pii_strip_event,
    validate_pii_config,
    validate_pii_selector,
)

RULES: dict[str, Any] = {
    "rules": {
        "password": {
            "type": "pattern",
            "pattern": r"(?i)password=\S+",
            "redaction": {"method": "replace", "text": "[password]"},
        }
    },
    "applications": {  # source: what to look for, and what to do
        "$error.value": ["@creditcard:mask", "@ip:replace", "password"],
        "$message": ["@ip:replace"],
        "tags.client": ["@anything:remove"],
    },
}
validate_pii_config(json.dumps(RULES))

text = "card 4111 1111 1111 1111 of 203.0.113.77, password=hunter2"
event = {
    "exception": {"values": [{"type": "BankError", "value": text}]},
    "logentry": {"formatted": text},
    "tags": {"client": "203.0.113.77", "plan": "basic"},
}
event = StoreNormalizer(project_id=1).normalize_event(event)
event = pii_strip_event(RULES, event)
print(event["exception"]["values"][0]["value"])
#> card ******************* of [ip], [password]
print(event["logentry"]["formatted"])
#> card 4111 1111 1111 1111 of [ip], password=hunter2
print(event["tags"])
#> [['client', None], ['plan', 'basic']]
try:
    validate_pii_selector("$error..value")
except ValueError as error:
    print(error)
    #> invalid syntax near "$error..value"
