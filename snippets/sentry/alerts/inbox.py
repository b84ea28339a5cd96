import os

import redis
from tasks import send_mail

KEEP = 7200  # seconds in which a second delivery is recognised
LIMIT, WINDOW = 10, 600  # messages, seconds
notes = redis.Redis(db=1, socket_timeout=2, socket_connect_timeout=2)


def accept(key: str, alert: dict[str, str]) -> str:
    """Hand an alert to a worker, unless it came before or there are too many."""
    if not notes.set(f"alert:{key}", 1, nx=True, ex=KEEP):
        return "seen before"
    try:
        sent = notes.incr("sent")
        notes.expire("sent", WINDOW, nx=True)  # the window starts with its first
        if sent > LIMIT + 1:
            return "too many"
        if sent == LIMIT + 1:
            alert = {**alert, "reason": "MANY", "title": f"more than {LIMIT} alerts"}
        send_mail.delay(os.environ["MAIL_TO"], alert)
    except Exception:
        notes.delete(f"alert:{key}")  # nobody was told: let it come again
        raise
    return "accepted"
