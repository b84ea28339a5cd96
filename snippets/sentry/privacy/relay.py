import json

from sentry_relay.processing import (
    StoreNormalizer,
    convert_datascrubbing_config,
    pii_strip_event,
)

# What the switches "Data Scrubber", "Use Default Scrubbers" and "Prevent Storing of
# IP Addresses" of a project mean to the server, with one field of your own.
switches = {
    "scrubData": True,
    "scrubDefaults": True,
    "scrubIpAddresses": True,
    "sensitiveFields": ["voucher"],
    "excludeFields": [],
}
TEXT = "card 4111 1111 1111 1111, from 203.0.113.77, password=hunter2"
frame = {"function": "pay", "vars": {"password": "hunter2", "line": TEXT}}
error = {"type": "ValueError", "value": TEXT, "stacktrace": {"frames": [frame]}}
event = {
    "platform": "python",
    "exception": {"values": [error]},
    "logentry": {"formatted": TEXT},
    "breadcrumbs": {"values": [{"message": TEXT}]},
    "request": {"url": "http://shop.example/", "data": {"note": TEXT}},
    "tags": {"note": TEXT},
    "extra": {"note": TEXT, "voucher": "SPRING"},
    "user": {"id": "7", "ip_address": "203.0.113.77"},
}
event = StoreNormalizer(project_id=1).normalize_event(event)
stored = pii_strip_event(convert_datascrubbing_config(switches), event)
(error,) = stored["exception"]["values"]
parts = {
    "exception.value": error["value"],
    "frame.vars": error["stacktrace"]["frames"][0]["vars"],
    "logentry": stored["logentry"]["formatted"],
    "breadcrumb": stored["breadcrumbs"]["values"][0]["message"],
    "request.data": stored["request"]["data"],
    "tags": dict(stored["tags"]),
    "extra": stored["extra"],
    "user.ip_address": stored["user"]["ip_address"],
}
for part, value in parts.items():
    print(f"{part}: {json.dumps(value)}")
