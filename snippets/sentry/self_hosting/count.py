from pathlib import Path

import requests

API = "http://localhost:9000/api/canonical/0"
token = {"Authorization": f"Bearer {Path('token.txt').read_text().strip()}"}
issues = requests.get(f"{API}/issues/?project=1", headers=token, timeout=10).json()
for issue in issues["results"]:
    print(issue["digested_event_count"], "events:", issue["calculated_value"])
