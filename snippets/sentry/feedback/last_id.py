"""The number that many examples show: `last_event_id`, in a handler of FastAPI."""

import sentry_sdk
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient

sentry_sdk.init()
app = FastAPI()


@app.exception_handler(Exception)
async def failed(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"number": sentry_sdk.last_event_id()}, 500)


@app.get("/orders/{order}")
def show(order: int) -> None:
    raise LookupError("no such order")


client = TestClient(app, raise_server_exceptions=False)
print(client.get("/orders/1001").json())
sentry_sdk.flush(timeout=20)
