import os

from celery import Celery
from db import Session, engine
from sqlalchemy import event, text
from sqlalchemy.pool import ConnectionPoolEntry

app = Celery(
    "orders", broker="redis://localhost:6379/0", backend="redis://localhost:6379/1"
)


@event.listens_for(engine, "connect")
def note_owner(_: object, record: ConnectionPoolEntry) -> None:
    record.info["pid"] = os.getpid()


@app.task
def whose_connection() -> str:
    with Session.begin() as session:
        session.execute(text("SELECT 1"))
        pid = session.connection().info["pid"]
    return "mine" if pid == os.getpid() else "inherited from the parent"
