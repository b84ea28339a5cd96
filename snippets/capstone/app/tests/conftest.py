import os
import subprocess
import sys
import tempfile
import time
from email import message_from_bytes

import pytest

# Before anything imports the settings: databases and ports that only tests use.
folder = tempfile.TemporaryDirectory()
os.environ.update(
    DATABASE_URL=f"sqlite:///{folder.name}/test.db",
    REDIS_URL="redis://localhost:6379/14",
    RESULT_URL="redis://localhost:6379/15",
    SMTP_PORT="1026",
    RETRY_BACKOFF="1",
    RATE_LIMIT="5",
    SENTRY_DSN="",
)

from aiosmtpd.controller import Controller  # noqa: E402
from fastapi.testclient import TestClient  # noqa: E402
from signup import api, db, models, store  # noqa: E402
from signup.celery_app import app, jobs  # noqa: E402


class Postbox:
    """A mail server that keeps what it gets, and refuses when told to."""

    def __init__(self) -> None:
        self.messages = []
        self.refusals = []  # one for each of the next attempts

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.refusals:
            return self.refusals.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.messages.append(message_from_bytes(envelope.content))
        return "250 OK"


@pytest.fixture
def postbox():
    box = Postbox()
    controller = Controller(box, hostname="localhost", port=1026)
    controller.start()
    yield box
    controller.stop()


@pytest.fixture(autouse=True)
def clean():
    models.Base.metadata.create_all(db.engine)
    store.client.flushdb()
    store.ask_again = 0.0
    yield
    models.Base.metadata.drop_all(db.engine)


@pytest.fixture
def web():
    return TestClient(api.app)


@pytest.fixture
def amina(web):
    """The id of a sign-up that was accepted."""
    person = {"email": "amina@example.com", "name": "Amina"}
    return web.post("/signup", json=person).json()["id"]


@pytest.fixture(scope="session")
def worker(tmp_path_factory):
    """A real worker in a process of its own, on an empty queue."""
    with app.connection_for_write() as connection:
        jobs(connection.default_channel).declare()
        jobs(connection.default_channel).purge()
    log = tmp_path_factory.mktemp("worker") / "worker.log"
    command = [sys.executable, "-m", "celery", "-A", "signup.celery_app", "worker"]
    with log.open("w") as output:
        process = subprocess.Popen([*command, "-c", "2"], stdout=output, stderr=output)
    deadline = time.monotonic() + 60
    try:
        while " ready." not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()  # warm: it ends what it has begun
        process.wait(timeout=60)
