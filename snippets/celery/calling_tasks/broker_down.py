import time

from celery import Celery
from kombu.exceptions import OperationalError

app = Celery("tasks", broker="redis://localhost:6379/0")
app.conf.broker_transport_options = {"socket_connect_timeout": 2, "socket_timeout": 5}


@app.task(ignore_result=True)
def send_email(name: str) -> None:
    print(f"Welcome, {name}!")


began = time.monotonic()
try:
    send_email.apply_async(
        ["Amina"],
        retry_policy={"max_retries": 3, "interval_start": 0, "interval_step": 0.2},
    )
except OperationalError as error:
    print("OperationalError:", error)
    #> OperationalError: Error 111 connecting to localhost:6379. Connection refused.
print("gave up within ten seconds:", time.monotonic() - began < 10)
#> gave up within ten seconds: True

try:
    send_email.apply_async(["Amina"], retry=False)
except OperationalError as error:
    print("OperationalError:", error)
    #> OperationalError: Error 111 connecting to localhost:6379. Connection refused.
