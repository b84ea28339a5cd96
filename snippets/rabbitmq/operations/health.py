import json
import os
import re
import sys
import urllib.error
import urllib.request
from base64 import b64encode

API = "http://localhost:15672/api/"
LOGIN = os.environ.get("RABBITMQ_LOGIN", "guest:guest")  # user:password
MOST_WAITING = 1000
# Delay queues and parking lots have no consumers, and need none.
UNREAD = re.compile(os.environ.get("UNREAD_QUEUES", r"\.(wait\..*|parked|dead)$"))


def get(path: str):
    login = {"Authorization": "Basic " + b64encode(LOGIN.encode()).decode()}
    request = urllib.request.Request(API + path, headers=login)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code != 503:  # the status of a failed health check
            raise
        return json.load(error)


problems = []
for check in ("alarms", "virtual-hosts", "node-is-quorum-critical"):
    answer = get(f"health/checks/{check}")
    if answer["status"] != "ok":
        problems.append(f"{check}: {answer['reason']}")
for queue in get("queues"):
    # A stream keeps what was read: its length says nothing about the work.
    kept = queue["type"] == "stream"
    if not kept and queue.get("messages_ready", 0) > MOST_WAITING:
        problems.append(f"{queue['name']}: {queue['messages_ready']} messages wait")
    if not queue.get("consumers") and not UNREAD.search(queue["name"]):
        problems.append(f"{queue['name']}: no consumer")
print("\n".join(problems) or "healthy")
sys.exit(1 if problems else 0)
