import json
import time

import requests
from signature import signature

SECRET = "a-long-secret-that-sentry-shows-you"


def alert(age: float = 0) -> bytes:
    """An alert as Sentry documents it, shortened; `age` in seconds."""
    event = {
        "title": "KeyError: 'salt'",
        "received": time.time() - age,
        "web_url": "https://sentry.example/organizations/shop/issues/1/",
    }
    data = {"event": event, "triggered_rule": "New issue in production"}
    return json.dumps({"action": "triggered", "data": data}).encode()


def knock(what: str, body: bytes, claimed: str | None) -> None:
    headers = {"Sentry-Hook-Resource": "event_alert"}
    if claimed:
        headers["Sentry-Hook-Signature"] = claimed
    url = "http://localhost:8000/sentry"
    answer = requests.post(url, data=body, headers=headers, timeout=5)
    print(f"{what:20}{answer.status_code} {answer.text}")


if __name__ == "__main__":
    body = alert()
    good = signature(body, SECRET)
    knock("genuine", body, good)
    knock("the same again", body, good)
    knock("tampered", body.replace(b"sentry.example", b"phishing.example"), good)
    knock("without signature", body, None)
    knock("another secret", body, signature(body, "guessed"))
    knock("encoded again", json.dumps(json.loads(body), indent=1).encode(), good)
    old = alert(age=2 * 24 * 3600)
    knock("recorded, two days", old, signature(old, SECRET))
