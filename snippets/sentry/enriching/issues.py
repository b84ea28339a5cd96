import os
import sys

import requests

API = "http://localhost:9000/api/canonical/0/issues/"
bugsink = requests.Session()
bugsink.headers["Authorization"] = f"Bearer {os.environ['BUGSINK_TOKEN']}"

answer = bugsink.get(API, params={"project": 1}, timeout=10)
(issue,) = answer.json()["results"]
for action in sys.argv[1:]:  # "resolve" or "resolve-next"
    answer = bugsink.post(f"{API}{issue['id']}/{action}/", timeout=10)
    answer.raise_for_status()
    issue = answer.json()
state = "resolved" if issue["is_resolved"] else "open"
print(f"{issue['friendly_id']} {issue['digested_event_count']} events, {state}")
