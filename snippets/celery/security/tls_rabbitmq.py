import os
import ssl

from celery import Celery

BROKER = os.environ.get("AMQPS_URL", "amqps://guest:guest@localhost:5671//")

app = Celery("tls_rabbitmq", broker=BROKER)
app.conf.broker_use_ssl = {
    "cert_reqs": ssl.CERT_REQUIRED,
    "ca_certs": "ca.crt",
    "server_hostname": "localhost",  # without it, the name is not checked
}
