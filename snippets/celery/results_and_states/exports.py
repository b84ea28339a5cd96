import time

from celery import Celery, Task

app = Celery(
    "exports",
    broker="redis://localhost:6379/0",
    backend="redis://localhost:6379/1",
)
app.conf.update(
    task_track_started=True,  # or a running job says PENDING
    result_expires=3600,  # seconds until a result is deleted
    result_extended=True,  # keep the task's name and arguments, too
)


@app.task(bind=True)
def export_orders(self: Task, rows: int) -> dict[str, str | int]:
    for done in range(1, rows + 1):
        time.sleep(0.2)  # stands for reading one order
        self.update_state(state="PROGRESS", meta={"done": done, "of": rows})
    return {"file": "orders.csv", "rows": rows}


@app.task
def read_price(text: str) -> float:
    return float(text)


@app.task(ignore_result=True)
def note_visit(page: str) -> str:
    return f"somebody saw {page}"
