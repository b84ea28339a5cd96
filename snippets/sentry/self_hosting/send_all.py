import json
from pathlib import Path

import requests
from sentry_sdk.envelope import Envelope, Item, PayloadRef
from sentry_sdk.utils import Dsn

DSN = Dsn(Path("dsn.txt").read_text().strip())
auth = DSN.to_auth(client="guide")
number = f"{7:032x}"
kinds = {
    "event": {"event_id": number, "platform": "python", "message": "tea is out"},
    "transaction": {"event_id": number, "type": "transaction"},
    "span": {},
    "log": {"items": []},
    "trace_metric": {"items": []},
    "check_in": {"check_in_id": number, "monitor_slug": "report", "status": "ok"},
    "session": {"sid": number, "status": "ok"},
    "profile_chunk": {},
}
for kind, payload in kinds.items():
    envelope = Envelope(headers={"event_id": number})
    envelope.add_item(Item(PayloadRef(json=payload), type=kind))
    answer = requests.post(
        auth.get_api_url(),
        data=envelope.serialize(),
        headers={"X-Sentry-Auth": auth.to_header()},
        timeout=10,
    )
    print(f"{kind:14}{answer.status_code}")
limits = answer.headers["X-Sentry-Rate-Limits"]
print("for the SDK:", json.dumps(limits))
