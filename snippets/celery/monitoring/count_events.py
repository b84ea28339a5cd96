from collections import Counter

from celery.result import AsyncResult
from shop import app, charge, pack

seen: Counter[str] = Counter()
calls: dict[str, AsyncResult] = {}


def note(event: dict) -> None:
    if event["type"] == "worker-heartbeat":
        if not calls:  # we are subscribed: what happens from now on is heard
            for task in [pack] * 4 + [charge] * 2:
                call = task.delay(1)
                calls[call.id] = call
        elif all(call.ready() for call in calls.values()):
            seen["heartbeats since"] += 1
    elif event.get("uuid") in calls:  # others use the workers as well
        seen[event["type"]] += 1
    ended = seen["task-succeeded"] + seen["task-failed"]
    receiver.should_stop = ended == 6 or seen["heartbeats since"] == 3


with app.connection_for_read() as connection:
    receiver = app.events.Receiver(connection, handlers={"*": note})
    receiver.capture(timeout=20, wakeup=True)  # ask all workers for a heartbeat
for kind in ("received", "started", "succeeded", "failed"):
    print(f"task-{kind}:", seen[f"task-{kind}"])
