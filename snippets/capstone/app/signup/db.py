"""The database: SQLite unless DATABASE_URL says otherwise."""

from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import sessionmaker

from signup.models import Base
from signup.settings import settings


def connect(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(
        url,
        connect_args={"timeout": 30},
        hide_parameters=True,  # an error's text holds no address
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")  # readers do not wait
        connection.execute("PRAGMA synchronous=FULL")  # a commit survives a power cut
        connection.execute("PRAGMA foreign_keys=ON")

    return engine


engine = connect(settings.database_url)
# `with begin() as session:` is one transaction: all of it, or nothing.
begin = sessionmaker(engine).begin


def insert_once(row: Base) -> bool:
    """Insert a row, unless its primary key is there already. Who was first?"""
    try:
        with begin() as session:
            session.add(row)
    except IntegrityError:
        return False
    return True


if __name__ == "__main__":
    Base.metadata.create_all(engine)
    print("tables:", ", ".join(sorted(Base.metadata.tables)))
