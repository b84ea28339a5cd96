"""Keep responses of another service for as long as it allows."""

import hashlib
import json
from typing import Any

import redis
import requests

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
http = requests.Session()
LONGEST = 300  # seconds, even if the service allows more


def lifetime(response: requests.Response) -> int:
    """Seconds for which this response may be kept; 0 for "do not keep it"."""
    if response.status_code != 200:
        return 0  # an error, or a part of something
    rules = {}
    for rule in response.headers.get("Cache-Control", "").lower().split(","):
        name, _, value = rule.strip().partition("=")
        rules[name] = value.strip('"')
    if rules.keys() & {"no-store", "no-cache", "private"}:
        return 0
    if "*" in response.headers.get("Vary", ""):
        return 0
    age = response.headers.get("Age", "0")  # it may have waited in another cache
    allowed = rules.get("s-maxage", rules.get("max-age", "0"))
    if not (allowed.isdecimal() and age.isdecimal()):
        return 0
    return max(0, min(LONGEST, int(allowed) - int(age)))


def get_json(url: str, *, token: str, language: str, **query: str) -> Any:
    # Everything that changes the response is part of the key.
    asked = json.dumps([url, token, language, sorted(query.items())])
    key = "api:v1:" + hashlib.sha256(asked.encode()).hexdigest()
    if (cached := client.get(key)) is not None:
        return json.loads(cached)
    headers = {"Accept-Language": language, "Authorization": f"Bearer {token}"}
    response = http.get(url, params=query, headers=headers, timeout=(1, 3))
    response.raise_for_status()
    data = response.json()
    if seconds := lifetime(response):
        client.set(key, json.dumps(data), ex=seconds)
    return data
