import hashlib
import json
import os
import time
from hmac import compare_digest
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, HTTPException, Request
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from inbox import accept
from signature import is_genuine

SECRET = os.environ["SENTRY_CLIENT_SECRET"]
PASSWORD = os.environ["BUGSINK_HOOK_PASSWORD"]
MAX_AGE = 3600  # seconds; less than what inbox.py remembers
app = FastAPI()


async def raw_body(request: Request) -> bytes:
    return await request.body()


Raw = Annotated[bytes, Depends(raw_body)]
Login = Annotated[HTTPBasicCredentials, Depends(HTTPBasic())]


@app.post("/sentry", status_code=202)
def from_sentry(
    body: Raw,
    sentry_hook_signature: Annotated[str | None, Header()] = None,
    sentry_hook_resource: Annotated[str | None, Header()] = None,
) -> str:
    if not is_genuine(body, sentry_hook_signature, SECRET):
        raise HTTPException(401, "no valid signature")
    if sentry_hook_resource != "event_alert":
        return "not an issue alert"
    data: dict[str, Any] = json.loads(body)["data"]
    event = data["event"]
    if time.time() - event["received"] > MAX_AGE:
        raise HTTPException(400, "too old")
    alert = {
        "title": event["title"],
        "reason": data["triggered_rule"],
        "url": event["web_url"],
    }
    return accept(hashlib.sha256(body).hexdigest(), alert)


@app.post("/bugsink", status_code=202)
def from_bugsink(login: Login, body: Raw) -> str:
    if not compare_digest(login.password.encode(), PASSWORD.encode()):
        raise HTTPException(401, "wrong password")
    issue: dict[str, Any] = json.loads(body)
    alert = {
        "title": issue["title"],
        "reason": issue["alert_reason"],
        "url": issue["url"],
    }
    return accept(hashlib.sha256(body).hexdigest(), alert)
