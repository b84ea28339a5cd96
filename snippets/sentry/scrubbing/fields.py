"""Which fields of an event does Sentry's server store? This program runs its rules."""

import copy
from typing import Any

from sentry_relay.processing import (
    StoreNormalizer,
    convert_datascrubbing_config,
    pii_strip_event,
)

KEY, ADDRESS, MAIL = "hunter2", "203.0.113.77", "amina@shop.example"
LINE = f'{ADDRESS} - "GET /orders/1001 HTTP/1.1" 500'
FRAME = {
    "function": "pay",
    "vars": {"password": KEY, "code": KEY, "client": ADDRESS},
    "context_line": f'password = "{KEY}"',
}
SENT: dict[str, Any] = {
    "user": {"id": "1", "email": MAIL, "username": MAIL, "ip_address": ADDRESS},
    "request": {
        "url": "https://shop.example/pay",
        "query_string": f"token={KEY}",
        "headers": {"Authorization": KEY, "X-Api-Key": KEY, "X-Forwarded-For": ADDRESS},
        "cookies": {"sessionid": KEY, "cart": KEY},
        "data": {"password": KEY, "voucher": KEY},
        "env": {"REMOTE_ADDR": ADDRESS},
    },
    "exception": {"values": [{"type": "E", "stacktrace": {"frames": [FRAME]}}]},
    "contexts": {"payment": {"password": KEY}},
    "tags": {"password": KEY, "client": ADDRESS},
    "extra": {"sys.argv": [f"--key={KEY}"]},
    "breadcrumbs": {"values": [{"category": "uvicorn.access", "message": LINE}]},
    "logentry": {"formatted": LINE},
}


def stored(ip_switch: bool) -> dict[str, Any]:
    """What is left of each field."""
    switches = {
        "scrubData": True,
        "scrubDefaults": True,
        "scrubIpAddresses": ip_switch,
        "sensitiveFields": [],
        "excludeFields": [],
    }
    event = StoreNormalizer(project_id=1).normalize_event(copy.deepcopy(SENT))
    event = pii_strip_event(convert_datascrubbing_config(switches), event)
    user, request = event["user"], event["request"]
    headers, cookies = dict(request["headers"]), dict(request["cookies"])
    frame = event["exception"]["values"][0]["stacktrace"]["frames"][0]
    tags = dict(event["tags"])
    return {
        "user: email": user["email"],
        "user: username": user["username"],
        "user: ip_address": user["ip_address"],
        "request: REMOTE_ADDR": request["env"]["REMOTE_ADDR"],
        "header Authorization": headers["Authorization"],
        "header X-Api-Key": headers["X-Api-Key"],
        "header X-Forwarded-For": headers["X-Forwarded-For"],
        "cookie sessionid": cookies["sessionid"],
        "cookie cart": cookies["cart"],
        "query string, token": dict(request["query_string"])["token"],
        "body, password": request["data"]["password"],
        "body, voucher": request["data"]["voucher"],
        "local variable password": frame["vars"]["password"],
        "local variable code": frame["vars"]["code"],
        "local variable client": frame["vars"]["client"],
        "source line with a password": frame["context_line"],
        "context, password": event["contexts"]["payment"]["password"],
        "tag password": tags["password"],
        "tag client": tags["client"],
        "command line, --key": event["extra"]["sys.argv"],
        "access log line, breadcrumb": event["breadcrumbs"]["values"][0]["message"],
        "access log line, event": event["logentry"]["formatted"],
    }


def word(value: object) -> str:
    kept = any(secret in str(value) for secret in (KEY, ADDRESS, MAIL))
    return "stored" if kept else "scrubbed"


default, addresses = stored(False), stored(True)
print("Field", "By default", "Without IP addresses", sep=" | ")
for field, value in default.items():
    print(field, word(value), word(addresses[field]), sep=" | ")
