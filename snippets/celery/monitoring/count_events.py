from collections import Counter

from shop import app, charge, pack

seen: Counter[str] = Counter()


def note(event: dict) -> None:
    seen[event["type"]] += 1
    if seen["worker-heartbeat"] == 1 and not seen["sent"]:  # we are being heard
        seen["sent"] = len([task.delay(1) for task in [pack] * 4 + [charge] * 2])
    ended = seen["task-succeeded"] + seen["task-failed"]
    unheard = seen["worker-heartbeat"] == 3 and not seen["task-received"]
    receiver.should_stop = ended == 6 or unheard


with app.connection_for_read() as connection:
    receiver = app.events.Receiver(connection, handlers={"*": note})
    receiver.capture(timeout=20, wakeup=True)  # ask all workers for a heartbeat
for kind in ("received", "started", "succeeded", "failed"):
    print(f"task-{kind}:", seen[f"task-{kind}"])
