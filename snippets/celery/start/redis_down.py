from celery import Celery
from kombu.exceptions import OperationalError

app = Celery("tasks", broker="redis://localhost:6379/0")
app.conf.update(
    broker_transport_options={"socket_connect_timeout": 2, "socket_timeout": 5},
    # Try again at once and after 0.2 seconds, then give up.
    task_publish_retry_policy={
        "max_retries": 2,
        "interval_start": 0,
        "interval_step": 0.2,
    },
)


@app.task(ignore_result=True)
def send_welcome_email(name: str) -> None:
    print(f"Welcome, {name}!")


try:
    send_welcome_email.delay("Amina")
except OperationalError as error:
    print("try later:", error)
    #> try later: Error 111 connecting to localhost:6379. Connection refused.
