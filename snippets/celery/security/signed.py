import os

from celery import Celery

who = os.environ.get("SIGN_AS", "worker")
REDIS = "redis://localhost:6379/0"
app = Celery("signed", broker=REDIS, backend=REDIS)
app.conf.update(
    result_expires=3600,
    task_serializer="auth",
    accept_content=["auth"],
    result_serializer="json",
    result_accept_content=["json"],
    security_key=f"{who}.key",
    security_certificate=f"{who}.pem",
    security_cert_store="trusted/*.pem",
    security_digest="sha256",
)
app.setup_security()


@app.task
def pay(order: str) -> str:
    return f"{order} paid"


@app.task
def refund(order: str) -> str:
    return f"{order} refunded"
