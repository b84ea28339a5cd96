import os
import sys

import requests

API = "http://localhost:9000/api/canonical/0/issues/"
bugsink = requests.Session()
bugsink.headers["Authorization"] = f"Bearer {os.environ['BUGSINK_TOKEN']}"

(issue,) = bugsink.get(API, params={"project": 1}, timeout=10).json()["results"]
for action in sys.argv[1:]:
    answer = bugsink.post(f"{API}{issue['id']}/{action}/", timeout=10)
    answer.raise_for_status()
issue = bugsink.get(f"{API}{issue['id']}/", timeout=10).json()
print(issue)
