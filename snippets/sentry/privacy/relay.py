import json

from sentry_relay.processing import (
    StoreNormalizer,
    convert_datascrubbing_config,
    pii_strip_event,
)

# What the switches "Data Scrubber", "Use Default Scrubbers" and "Prevent Storing of
# IP Addresses" of a project mean to the server.
switches = {
    "scrubData": True,
    "scrubDefaults": True,
    "scrubIpAddresses": True,
    "sensitiveFields": ["voucher"],
    "excludeFields": [],
}
event = {
    "platform": "python",
    "logentry": {"formatted": "card 4111 1111 1111 1111 refused, iban DE-unknown"},
    "user": {"id": "7", "ip_address": "203.0.113.77"},
    "extra": {
        "password": "hunter2",
        "voucher": "SPRING",
        "note": "her token is abc123",
        "visitor": "came from 203.0.113.77",
    },
}
event = StoreNormalizer(project_id=1).normalize_event(event)
stored = pii_strip_event(convert_datascrubbing_config(switches), event)
for part in ("logentry", "user", "extra"):
    print(part, json.dumps(stored[part], indent=2))
