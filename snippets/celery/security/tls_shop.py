import os
import ssl

from celery import Celery

REDIS = os.environ.get("REDIS_URL", "rediss://localhost:6379/0")
VERIFY = {
    "ssl_cert_reqs": ssl.CERT_REQUIRED,
    "ssl_ca_certs": "ca.crt",
    "ssl_check_hostname": True,  # the default only since redis-py 6.0
}

app = Celery("tls_shop", broker=REDIS, backend=REDIS)
app.conf.update(
    broker_use_ssl=VERIFY,
    redis_backend_use_ssl=VERIFY,
    result_expires=3600,
)


@app.task
def send_receipt(order: str) -> str:
    return f"receipt for {order}"
