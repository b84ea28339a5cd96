from pathlib import Path

import requests

API = "http://localhost:9000/api/canonical/0"
bugsink = requests.Session()
bugsink.headers["Authorization"] = f"Bearer {Path('token.txt').read_text().strip()}"


def make(what: str, **fields: str) -> dict:
    answer = bugsink.post(f"{API}/{what}/", json=fields, timeout=10)
    answer.raise_for_status()
    return answer.json()


team = make("teams", name="shop")
project = make("projects", name="shop", team=team["id"])
found = bugsink.get(f"{API}/projects/{project['id']}/", timeout=10).json()
print(found["dsn"])
