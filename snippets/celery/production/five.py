from celery import Celery
from celery.exceptions import ImproperlyConfigured

try:
    print(Celery("shop", backend="amqp://").backend)
except ImproperlyConfigured as error:
    print(str(error).partition(".")[0])
    #> x

app = Celery("shop")
app.config_from_object({"broker_url": "redis://", "CELERYD_CONCURRENCY": 2})
try:
    print(app.conf.worker_concurrency)
except ImproperlyConfigured as error:
    lines = str(error).strip().splitlines()
    print(lines[0])
    #> x
    print(lines[-1])
    #> x
