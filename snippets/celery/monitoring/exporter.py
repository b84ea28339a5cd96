from prometheus_client import Counter, Gauge, Histogram, start_http_server
from shop import app

events = Counter("shop_events", "Events of Celery", ["type", "task"])
seconds = Histogram("shop_task_seconds", "How long successful runs took", ["task"])
heartbeat = Gauge("shop_heartbeat", "When a worker was last heard", ["worker"])
state = app.events.State()  # knows the names of tasks; events only have ids


def note(event: dict) -> None:
    state.event(event)
    if event["type"].startswith("worker-"):
        heartbeat.labels(event["hostname"]).set(event["timestamp"])
        return
    task = state.tasks[event["uuid"]].name or "unknown"
    events.labels(event["type"], task).inc()
    if event["type"] == "task-succeeded":
        seconds.labels(task).observe(event["runtime"])


start_http_server(9808, addr="127.0.0.1")
with app.connection_for_read() as connection:
    receiver = app.events.Receiver(connection, handlers={"*": note})
    receiver.capture(wakeup=True)
