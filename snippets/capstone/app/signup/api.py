"""The web service: takes sign-ups, and says how far they are."""

import hashlib
import logging
import uuid
from typing import Annotated, Any

import sentry_sdk
from fastapi import FastAPI, Header, HTTPException, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import insert, or_, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from signup import observability, outbox, store
from signup.db import begin, engine
from signup.models import Notification, OutboxEntry, Profile, Signup

log = logging.getLogger("signup.api")
observability.start("web")
app = FastAPI(title="Sign-up")


# --8<-- [start:accept]
class NewSignup(BaseModel):
    email: str = Field(max_length=254, pattern=r"^[\w.+-]+@[\w-]+(\.[\w-]+)+$")
    # It gets into a header: no control character, no line break of Unicode's.
    name: str = Field(pattern=r"^[^\p{Cc}\p{Zl}\p{Zp}]{1,100}$")


def accept(new: NewSignup, key: str, fingerprint: str) -> str:
    """Row and outbox entry in one transaction. Returns the id of the sign-up."""
    signup_id = str(uuid.uuid4())
    trace = {
        "sentry-trace": sentry_sdk.get_traceparent(),
        "baggage": sentry_sdk.get_baggage(),
    }
    email = new.email.lower()
    row = {"id": signup_id, "email": email, "name": new.name}
    row |= {"key": key, "fingerprint": fingerprint}
    entry = {"signup_id": signup_id, "trace": trace, "due": 0.0}
    try:
        with engine.begin() as connection:  # no objects: a visitor waits
            connection.execute(insert(Signup.__table__), row)
            connection.execute(insert(OutboxEntry.__table__), entry)
        log.info("accepted", extra={"signup": signup_id})
        return signup_id
    except IntegrityError:  # the key or the address is there already
        pass
    with begin() as session:
        known = select(Signup).where(or_(Signup.key == key, Signup.email == email))
        for one in session.scalars(known):
            if one.key == key and one.fingerprint == fingerprint:
                return one.id  # the same request once more
            if one.key == key:
                raise HTTPException(422, "this Idempotency-Key had another body")
    raise HTTPException(409, "this address has signed up already")


# --8<-- [end:accept]


# --8<-- [start:answer]
@app.post("/signup", status_code=202, response_model=None)
def sign_up(
    new: NewSignup,
    request: Request,
    response: Response,
    idempotency_key: Annotated[str | None, Header(max_length=100)] = None,
) -> dict[str, str]:
    key = idempotency_key or str(uuid.uuid4())
    fingerprint = hashlib.sha256(new.model_dump_json().encode()).hexdigest()
    allowed, answer = store.visit(request.client.host, key)
    if not allowed:
        raise HTTPException(429, "too many sign-ups", {"Retry-After": "60"})
    if answer is None or answer["fingerprint"] != fingerprint:
        answer = {"id": accept(new, key, fingerprint), "fingerprint": fingerprint}
        if idempotency_key:
            store.remember(key, answer)
    response.headers["Location"] = f"/signups/{answer['id']}"
    return {"id": answer["id"], "state": "accepted"}


# --8<-- [end:answer]


# --8<-- [start:status]
@app.get("/signups/{signup_id}")
def look(signup_id: uuid.UUID) -> dict[str, Any]:
    found = store.cached(str(signup_id))
    if found is None:
        found = look_up(str(signup_id))
        if found["state"] == "done":  # it will not change any more
            store.cache(str(signup_id), found)
    return found


def look_up(signup_id: str) -> dict[str, Any]:
    with begin() as session:
        signup = session.get(Signup, signup_id)
        if signup is None:
            raise HTTPException(404, "no such sign-up")
        channels = select(Notification.channel).filter_by(signup_id=signup_id)
        return {
            "id": signup.id,
            "state": signup.state,
            "profile": session.get(Profile, signup_id) is not None,
            "mailed": signup.mailed is not None,
            "notified": sorted(session.scalars(channels)),
        }


# --8<-- [end:status]


# --8<-- [start:health]
@app.get("/health")
async def health() -> dict[str, str]:
    """Does the process live? If not, restart it."""
    return {"web": "up"}


@app.get("/ready")
def ready(response: Response) -> dict[str, Any]:
    """Can it accept sign-ups? If not, send visitors elsewhere, but restart nothing."""
    try:
        count, age = outbox.waiting()
    except SQLAlchemyError:
        response.status_code = 503
        return {"database": "down"}
    redis = "up" if store.answers() else "down"  # slower, and without rate limit
    return {"database": "up", "redis": redis, "waiting": count, "oldest": round(age)}


# --8<-- [end:health]
