"""Give customers a number when something fails, and send to Sentry what they write.

Guarantees: the number in the answer is the id of the event in Sentry. A feedback names
that event. Nothing is sent about the customer except what they typed.
Limits: the SDK sends in the background, and drops a feedback if Sentry is unreachable.
Keep messages that you must answer in your own database.
What you bring: a limit on how often one visitor may call `/feedback`.
"""

import os
import uuid
from datetime import UTC, datetime

import sentry_sdk
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sentry_sdk.envelope import Envelope, Item, PayloadRef

sentry_sdk.init()
app = FastAPI()


class Feedback(BaseModel):
    event_id: str = Field(pattern=r"^[0-9a-f]{32}$")
    message: str = Field(min_length=1, max_length=4000)
    email: str | None = Field(default=None, max_length=200)


@app.exception_handler(Exception)
async def failed(request: Request, error: Exception) -> JSONResponse:
    number = sentry_sdk.capture_exception(error)  # None without a DSN
    return JSONResponse({"error": "something failed", "number": number}, 500)


@app.get("/orders/{order}")
def show(order: int) -> dict[str, int]:
    raise LookupError("no such order")


@app.post("/feedback", status_code=202)
def feedback(given: Feedback) -> dict[str, bool]:
    said: dict[str, str] = {
        "message": given.message,
        "associated_event_id": given.event_id,
        "source": "shop",
    }
    if given.email:
        said["contact_email"] = given.email
    event = {
        "type": "feedback",
        "event_id": uuid.uuid4().hex,
        "timestamp": datetime.now(UTC).isoformat(),
        "platform": "python",
        "level": "info",
        "environment": os.environ.get("SENTRY_ENVIRONMENT", "production"),
        "contexts": {"feedback": said},
    }
    envelope = Envelope(headers={"event_id": event["event_id"]})
    envelope.add_item(Item(PayloadRef(json=event), type="feedback"))
    transport = sentry_sdk.get_client().transport
    if transport is not None:  # it is None without a DSN
        transport.capture_envelope(envelope)
    return {"sent": transport is not None}
