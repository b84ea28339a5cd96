import secrets
from pathlib import Path

import requests

API, ADMIN = "http://localhost:15672/api", ("guest", "guest")
WORKER = r"^(amq\.default|celery.*|.*reply\.celery\.pidbox)$"
# user: what it may configure, write to, and read from
USERS = {
    "shop-worker": (WORKER, WORKER, WORKER),
    "shop-web": ("^$", r"^(amq\.default|celery)$", "^$"),
}


def put(path: str, body: dict) -> None:
    requests.put(f"{API}/{path}", json=body, auth=ADMIN, timeout=10).raise_for_status()


put("vhosts/shop", {})
for user, (configure, write, read) in USERS.items():
    password = secrets.token_hex(24)
    put(f"users/{user}", {"password": password, "tags": ""})
    rights = {"configure": configure, "write": write, "read": read}
    put(f"permissions/shop/{user}", rights)
    file = Path(f"{user}.amqp")
    file.touch(mode=0o600)
    file.write_text(f"amqp://{user}:{password}@localhost:5672/shop")
