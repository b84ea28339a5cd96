import uuid

from fastapi import FastAPI
from signup.api import NewSignup
from signup.db import begin
from signup.models import Signup
from signup.tasks import workflow

app = FastAPI()


@app.post("/signup", status_code=202)
def sign_up(new: NewSignup) -> dict[str, str]:
    row = Signup(email=new.email, name=new.name, key=str(uuid.uuid4()), fingerprint="")
    with begin() as session:
        session.add(row)
        session.flush()
        signup_id = row.id
    workflow(signup_id).apply_async()  # and if RabbitMQ is away just now?
    return {"id": signup_id, "state": "accepted"}
