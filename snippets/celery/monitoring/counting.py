from celery.signals import task_success, worker_init
from prometheus_client import Counter, start_http_server

packed = Counter("shop_packed", "Orders packed")


@worker_init.connect
def serve(**_: object) -> None:
    start_http_server(9809, addr="127.0.0.1")  # in the parent process


@task_success.connect
def count(**_: object) -> None:
    packed.inc()  # in the child: nobody asks this process
