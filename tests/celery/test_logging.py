"""What docs/celery/logging.md promises."""

import inspect
import re

import pytest
from celery import Celery
from celery.app.log import Logging

from harness.process import alive, wait_until

PAGE = "celery/logging"
RABBITMQ = "amqp://guest:guest@localhost:5672//"
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def log(shop):
    """What the worker of the session wrote, when it has ended."""

    def read() -> list[str]:
        wait_until(lambda: not alive(int((shop.path / "worker.pid").read_text())), 30, "the worker to end")
        return (shop.path / "worker.log").read_text().splitlines()

    return read


def test_task_logger_names_the_job_and_other_loggers_do_not(terminal, log):
    terminal(f"{PAGE}/lines.console")
    lines = {key: next(line for line in log() if key in line) for key in ("packing", "took a box", "no tape")}
    assert re.search(r"tasks.pack\[[0-9a-f-]{36}\]", lines["packing"])
    assert "tasks.pack" not in lines["took a box"] + lines["no tape"]
    assert "WARNING" in lines["no tape"]


def test_formatter_of_the_root_logger_names_the_job_in_each_line(terminal, log):
    terminal(f"{PAGE}/every_line.console")
    lines = log()
    assert any("???[???] celery.apps.worker" in line for line in lines), "what is not of a job"
    for line in lines:
        if "took a box" in line or "no tape left" in line:
            assert re.search(r"tasks.pack\[[0-9a-f-]{36}\]", line)


def test_worker_removes_the_handlers_of_the_root_logger(terminal, log):
    terminal(f"{PAGE}/hijacked.console")
    log()


def test_request_id_follows_the_job_through_a_retry_and_a_job_that_it_sends(terminal, log, shop, rabbitmq, captured):
    terminal(f"{PAGE}/orders.console")
    columns = [on_broker(shop, log(), "redis://localhost:6379/0")]

    there = shop.path / "rabbitmq"  # the same files, but for the address
    there.mkdir()
    for name in ("logs.py", "orders.py", "checkout.py", "from_elsewhere.py"):
        text = (shop.path / name).read_text()
        (there / name).write_text(text.replace("redis://localhost:6379/0", RABBITMQ))
    worker = shop.start("celery", "--workdir", str(there), "-A", "orders", "worker", "-c", "1")
    worker.wait_for("ready", timeout=90)
    for program in ("checkout.py", "from_elsewhere.py"):
        shop.run("python", f"{there}/{program}")
    assert worker.stop() == 0
    columns.append(on_broker(shop, worker.output().splitlines(), RABBITMQ, there))
    whats = ("Lines with `req-7f3a`", "Lines with `request=-`", "The id in the message", "The worker's own line")
    rows = [" | ".join(row) for row in zip(whats, *columns, strict=True)]
    captured(f"{PAGE}/brokers.table", "\n".join(["What | Redis | RabbitMQ", *rows]))


def on_broker(shop, log: list[str], url: str, folder=None) -> list[str]:
    """A column of the page's table. Asserts that both brokers tell the same story."""
    lines = [line for line in log if " orders: " in line]
    found = ["request=req-7f3a" in line for line in lines]
    assert found == [True, True, True, False]
    assert len({re.search(r"task=\S+", line)[0] for line in lines}) == 3, "a retry keeps the id of the job"
    send = "from logs import request_id as r; from orders import notify; r.set('req-7f3a'); notify.delay(1)"
    shop.run("python", "-c", f"import sys; sys.path.insert(0, {str(folder or shop.path)!r}); {send}")
    with Celery("test", broker=url) as app, app.connection_for_read() as connection:
        message = connection.SimpleQueue("celery").get(timeout=30)
        message.ack()
        assert message.headers["request_id"] == "req-7f3a"
    connected = next(line for line in log if "Connected to" in line)
    return [
        str(sum(found)),
        str(len(found) - sum(found)),
        "in its headers",
        f"`{connected[connected.index('Conn') :]}`",
    ]


def test_request_id_of_the_last_job_sticks_to_the_process_unless_replaced(terminal, log):
    terminal(f"{PAGE}/leaking.console")
    foreign = [line for line in log() if "order 2002" in line]
    assert len(foreign) == 1
    assert "request=req-7f3a" in foreign[0], "the id of a request that had no part in it"


def test_defaults_that_the_page_names():
    conf = Celery("test").conf
    assert conf.worker_hijack_root_logger
    assert conf.worker_redirect_stdouts
    assert conf.worker_redirect_stdouts_level == "WARNING"
    assert "%(task_id)s" in conf.worker_task_log_format
    assert "task_id" not in conf.worker_log_format
    assert "if not handled and redirect_stdouts" in inspect.getsource(Logging.setup)
