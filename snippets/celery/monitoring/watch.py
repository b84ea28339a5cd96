from celery.events import EventReceiver
from shop import app

state = app.events.State()
said: dict[str, bool] = {}
farewells: set[str] = set()


def note(event: dict) -> None:
    state.event(event)
    if event["type"] == "worker-offline":
        print(event["hostname"], "says goodbye", flush=True)
        farewells.add(event["hostname"])
        said.pop(event["hostname"], None)


class Watch(EventReceiver):
    def on_iteration(self) -> None:  # after each event, and each second without one
        for name, worker in state.workers.items():
            if said.get(name) != worker.alive:
                said[name] = worker.alive
                print(name, "is alive" if worker.alive else "is silent", flush=True)
        self.should_stop = bool(farewells) and not any(said.values())


with app.connection_for_read() as connection:
    Watch(connection, handlers={"*": note}, app=app).capture(wakeup=True)
