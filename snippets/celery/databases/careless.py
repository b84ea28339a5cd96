import os

from celery import Celery
from sqlalchemy import create_engine, event, text
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

app = Celery(
    "careless", broker="redis://localhost:6379/0", backend="redis://localhost:6379/1"
)
engine = create_engine("sqlite:///shop.db")
Session = sessionmaker(engine)


@event.listens_for(engine, "connect")
def note_owner(_: object, record: ConnectionPoolEntry) -> None:
    record.info["pid"] = os.getpid()


with Session() as session:  # "is the database there?", asked in the parent
    session.execute(text("SELECT 1"))


@app.task
def whose_connection() -> str:
    with Session.begin() as session:
        session.execute(text("SELECT 1"))
        pid = session.connection().info["pid"]
    return "mine" if pid == os.getpid() else "inherited from the parent"
