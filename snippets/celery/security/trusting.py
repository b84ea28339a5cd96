from celery import Celery

app = Celery("trusting", broker="redis://localhost:6379/0")
app.conf.update(
    accept_content=["json", "pickle"],  # never
    task_default_queue="old",
    task_ignore_result=True,
)


@app.task
def send_receipt(order: str) -> None:
    print("receipt for", order)
