import secrets
from pathlib import Path

import requests

API = "http://localhost:15672/api"
ADMIN = ("guest", "guest")
# user: what it may configure, write to, and read from
USERS = {
    "shop-deploy": (".*", ".*", ".*"),
    "shop-web": ("^$", r"^amq\.default$", "^$"),
    "shop-worker": ("^$", "^$", "^signups$"),
}


def put(path: str, body: dict) -> None:
    answer = requests.put(f"{API}/{path}", json=body, auth=ADMIN, timeout=10)
    answer.raise_for_status()


put("vhosts/shop", {})
for user, (configure, write, read) in USERS.items():
    password = secrets.token_urlsafe(24)
    file = Path(f"{user}.password")
    file.touch(mode=0o600)
    file.write_text(password)
    put(f"users/{user}", {"password": password, "tags": ""})
    rights = {"configure": configure, "write": write, "read": read}
    put(f"permissions/shop/{user}", rights)
put("vhost-limits/shop/max-connections", {"value": 100})
put("vhost-limits/shop/max-queues", {"value": 50})
put("user-limits/shop-web/max-connections", {"value": 20})
