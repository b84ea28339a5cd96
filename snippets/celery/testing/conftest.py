import subprocess
import sys
import time

import pytest
from shop import app

pytest_plugins = ["celery.contrib.pytest"]  # only for test_plugin.py


@pytest.fixture(scope="session")
def worker(tmp_path_factory):
    """A real worker, in a process of its own."""
    app.control.purge()  # what an earlier run left behind
    log = tmp_path_factory.mktemp("worker") / "worker.log"
    command = [sys.executable, "-m", "celery", "-A", "shop", "worker"]
    command += ["--pool=solo", "--without-mingle"]
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    deadline = time.monotonic() + 60
    try:
        while not app.control.ping(timeout=0.5):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
        yield process
    finally:
        process.terminate()  # warm: it ends what it has begun
        process.wait(timeout=30)
