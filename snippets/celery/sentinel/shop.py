from celery import Celery

SENTINELS = ";".join(f"sentinel://localhost:{port}/0" for port in (26379, 26380, 26381))
OPTIONS = {
    "master_name": "orders",  # as in `sentinel monitor orders …`
    "sentinel_kwargs": {"socket_timeout": 0.5},  # for questions to a Sentinel
    "socket_timeout": 5,  # for the primary
    "socket_connect_timeout": 1,
    "global_keyprefix": "shop:",
}

app = Celery("shop", broker=SENTINELS, backend=SENTINELS)
app.conf.broker_transport_options = {**OPTIONS, "visibility_timeout": 3600}
app.conf.result_backend_transport_options = OPTIONS
app.conf.result_expires = 3600


@app.task(acks_late=True)
def pack(order: int) -> str:
    return f"order {order} packed"
