"""Counts what the server holds for each issue.

Events, users, environments, releases, and events for each hour.
"""

import os
from collections import Counter
from typing import Any

import requests

API = "http://localhost:9000/api/canonical/0/"
bugsink = requests.Session()
bugsink.headers["Authorization"] = f"Bearer {os.environ['BUGSINK_TOKEN']}"


def get(url: str, **query: str) -> Any:
    answer = bugsink.get(url, params=query, timeout=10)
    answer.raise_for_status()
    return answer.json()


def listed(what: str, **query: str) -> list[dict[str, Any]]:
    url, found = f"{API}{what}/", []
    while url:  # long lists come in pages
        page = get(url, **query)
        found += page["results"]
        url, query = page["next"], {}
    return found


for issue in listed("issues", project="1", sort="digest_order"):
    entries = listed("events", issue=issue["id"])
    events = [get(f"{API}events/{entry['id']}/")["data"] for entry in entries]
    users = {event["user"]["id"] for event in events if "user" in event}
    print(f"{issue['calculated_type']}: {issue['calculated_value']}")
    print(f"  events {len(events)}, users {len(users)}")
    for field in ("environment", "release"):
        counted = sorted(Counter(event[field] for event in events).items())
        print(f"  {field}:", ", ".join(f"{name} {count}" for name, count in counted))
    hours = Counter(event["timestamp"][11:13] for event in events)
    for hour, count in sorted(hours.items()):
        print(f"  {hour}:00 {'#' * count} {count}")
