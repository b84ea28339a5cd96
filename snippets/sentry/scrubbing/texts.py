from typing import Any

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
    "sensitiveFields": [],
    "excludeFields": [],
}
rules = convert_datascrubbing_config(switches)
secrets = {
    "card": "card 4111 1111 1111 1111 refused",
    "address": "visitor came from 203.0.113.77",
    "password": "login failed, password=hunter2",
}


def stored(text: str) -> dict[str, Any]:
    """Where a text may stand in an event, and what the server stores of it."""
    frame = {"function": "pay", "vars": {"line": text}}
    error = {"type": "E", "value": text, "stacktrace": {"frames": [frame]}}
    sent = {
        "exception": {"values": [error]},
        "logentry": {"formatted": text},
        "breadcrumbs": {"values": [{"message": text}]},
        "request": {"url": "http://shop.example/", "data": {"line": text}},
        "tags": {"line": text},
        "extra": {"line": text},
    }
    event = StoreNormalizer(project_id=1).normalize_event(sent)
    event = pii_strip_event(rules, event)
    (error,) = event["exception"]["values"]
    return {
        "exception message": error["value"],
        "log message": event["logentry"]["formatted"],
        "tag": dict(event["tags"])["line"],
        "local variable": error["stacktrace"]["frames"][0]["vars"]["line"],
        "breadcrumb": event["breadcrumbs"]["values"][0]["message"],
        "request body": event["request"]["data"]["line"],
        "extra": event["extra"]["line"],
    }


results = {secret: stored(text) for secret, text in secrets.items()}
print("Text in", *(f"The {secret} is" for secret in secrets), sep=" | ")
for place in results["card"]:
    kept = [results[name][place] == text for name, text in secrets.items()]
    print(place, *("stored" if one else "masked" for one in kept), sep=" | ")
