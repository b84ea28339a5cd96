import redis
from tasks import app

claims = redis.Redis(db=2, socket_timeout=5, socket_connect_timeout=2)


@app.task(acks_late=True, autoretry_for=(redis.ConnectionError,), retry_backoff=True)
def send_receipt(key: str) -> str:
    if not claims.set(f"receipt:{key}", "claimed", nx=True, ex=86400):
        return "was sent before"
    return f"receipt for {key} sent"
