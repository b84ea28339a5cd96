import sentry_sdk
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sentry_sdk.transport import Transport

events: list[dict] = []
sentry_sdk.init()  # before the routes, for the body is read by them
app = FastAPI()


class Kept(Transport):
    """Keeps the events, instead of sending them."""

    def capture_envelope(self, envelope) -> None:
        if event := envelope.get_event():
            events.append(event)


@app.post("/orders")
def save(order: dict) -> None:
    raise ConnectionError("the database does not answer")


visitor = TestClient(app, raise_server_exceptions=False)
print("`max_request_body_size` | 500 bytes | 5 000 bytes | 50 000 bytes")
for limit in ("never", "small", "medium", "always", None):
    chosen = {"max_request_body_size": limit} if limit else {}
    sentry_sdk.init("http://key@localhost:9000/1", transport=Kept, **chosen)
    cells = []
    for size in (500, 5_000, 50_000):
        visitor.post("/orders", json={"note": "x" * (size - 12)})
        body = events[-1]["request"].get("data")
        cells.append("sent" if body else "–")
    print(f"`{limit}`" if limit else "not set", *cells, sep=" | ")
