from celery import Celery
from celery.exceptions import ImproperlyConfigured

try:
    print(Celery("shop", backend="amqp://").backend)
except ImproperlyConfigured as error:
    print(str(error).partition(".")[0])
    #> Unknown result backend: 'amqp'

app = Celery("shop")
app.config_from_object({"broker_url": "redis://", "CELERYD_CONCURRENCY": 2})
try:
    print(app.conf.worker_concurrency)
except ImproperlyConfigured as error:
    lines = str(error).strip().splitlines()
    print(lines[0])
    #> Cannot mix new and old setting keys, please rename the
    print(lines[-1])
    #> CELERYD_CONCURRENCY                  -> worker_concurrency
