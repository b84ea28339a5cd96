import time

from celery import Celery, chord

app = Celery(
    "too_late",
    broker="redis://localhost:6379/0",
    backend="redis://localhost:6379/1",
)
app.conf.result_expires = 3600
# Forget the finished parts of a chord after a second. The default is result_expires.
app.conf.result_chord_expires = 1


@app.task
def ask_supplier(name: str, seconds: float) -> str:
    time.sleep(seconds)
    return name


@app.task
def compare(offers: list[str]) -> str:
    return f"{len(offers)} offers"


def best_offer(slow: float) -> str:
    suppliers = [ask_supplier.s("Bilal", 0), ask_supplier.s("Chen", slow)]
    return chord(suppliers, compare.s())().get(timeout=slow + 5)
