cat > tasks.py <<'END'
import time

from celery import Celery

app = Celery(
    "tasks",
    broker="redis://localhost:6379/0",  # where jobs wait
    backend="redis://localhost:6379/1",  # where results are kept
)
app.conf.update(
    result_expires=3600,  # seconds until a result is deleted
    # When Redis does not answer, fail soon instead of waiting for ever.
    broker_transport_options={"socket_connect_timeout": 2, "socket_timeout": 5},
    result_backend_transport_options={"retry_policy": {"max_retries": 2}},
)


@app.task
def send_welcome_email(name: str) -> str:
    with open("outbox.txt", "a") as outbox:
        print(f"{name}: begun", file=outbox, flush=True)
        time.sleep(2)  # stands for a slow mail server
        print(f"{name}: sent", file=outbox, flush=True)
    return f"Welcome, {name}!"
END
