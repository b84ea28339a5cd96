import os

import requests

API = "http://localhost:9000/api/canonical/0"
api = requests.Session()
api.headers["Authorization"] = f"Bearer {os.environ['BUGSINK_API_TOKEN']}"

issues = api.get(f"{API}/issues/?project=1", timeout=10).json()["results"]
for issue in issues:
    if not issue["is_resolved"]:
        done = api.post(f"{API}/issues/{issue['id']}/resolve/", timeout=10)
        done.raise_for_status()
        print("resolved", issue["calculated_type"], issue["calculated_value"])
