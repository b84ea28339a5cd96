"""An engine for a Celery worker: no connection is shared by two processes.

Guarantees: each process of the pool opens connections of its own, at most POOL of them;
a connection that the server closed meanwhile is replaced before it is used.
Does not guarantee: that a statement survives a server that dies in the middle of it.
Needs: (processes x POOL) connections on the server, for all workers together.
The caller brings: a session for each task, ended before a long wait for something else.
"""

import os

from celery.signals import worker_process_init
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

POOL = 1  # a process runs one task at a time; more for a pool of threads

engine = create_engine(
    os.environ.get("DATABASE_URL", "sqlite:///shop.db"),
    pool_size=POOL,
    max_overflow=0,
    pool_timeout=10,  # seconds to wait for a connection of the pool
    pool_pre_ping=True,
    pool_recycle=1800,  # seconds; before a firewall or a proxy cuts it
)
Session = sessionmaker(engine)


@worker_process_init.connect
def forget_inherited_connections(**_: object) -> None:
    engine.dispose(close=False)  # the parent still owns the sockets
