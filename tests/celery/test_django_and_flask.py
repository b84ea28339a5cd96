"""What docs/celery/django-and-flask.md promises."""

import re
import signal
import sqlite3

import pytest

from harness.process import wait_until

PAGE = "celery/django_and_flask"
PATIENCE = 90  # seconds, for what takes one or two on a machine with nothing else to do
WORKER = ("--loglevel=INFO", "--without-mingle", "--concurrency=1")
RECEIVED = r"Task orders.tasks.confirm_order\[.*received"
NO_ROW = r"DoesNotExist\('Order matching query does not exist.'\)"
pytestmark = pytest.mark.timeout(300)  # steps may take 90 s each where the machine is busy
GOES_ON = pytest.mark.own_servers("goes on from a test that breaks servers (kills Redis)")

# LOGGING without one line silences Celery; a partial cannot be robust.
TRAPS = """
import celery.apps.worker, django, functools, logging
from django.conf import settings
settings.LOGGING.pop("disable_existing_loggers")
django.setup()
from django.db import transaction
from orders.tasks import confirm_order
assert confirm_order.apply_async_on_commit
print("silenced:", logging.getLogger("celery.apps.worker").disabled)
try:
    transaction.on_commit(functools.partial(int, "no number"), robust=True)
except AttributeError as error:
    print("AttributeError: no", error.name)
"""


# Prints how many jobs are in the queue after each case.
ROLLBACK = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"
django.setup()
from django.db import transaction
from orders.tasks import confirm_order
from shop import celery_app

for send, rolled_back in (
    (confirm_order.delay, True), (confirm_order.delay_on_commit, True), (confirm_order.delay_on_commit, False)
):
    with transaction.atomic():
        send(1)
        transaction.set_rollback(rolled_back)
    print(celery_app.control.purge())
"""


# Twenty forgotten orders, and two copies of the task at once; then it runs again. Then two runs of one order at once.
TWICE = """
import os, threading, django
from datetime import UTC, datetime
os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"
django.setup()
from django.db import connection
from orders.models import Order
from orders.tasks import confirm_forgotten_orders, confirm_order, log
from shop import celery_app

def both(task, *args):
    gate = threading.Barrier(2)
    def run():
        gate.wait()
        task(*args)
        connection.close()
    threads = [threading.Thread(target=run) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

mine = [Order.objects.create(email=f"{n}@example.org").pk for n in range(20)]
confirm_forgotten_orders()
print(celery_app.control.purge())
Order.objects.filter(pk__in=mine).update(sent_at=datetime(2026, 1, 1, tzinfo=UTC))
both(confirm_forgotten_orders)
confirm_forgotten_orders()
print(celery_app.control.purge())
thanks = []
log.info = lambda *args: thanks.append(args)
for pk in mine:
    both(confirm_order, pk)
print(len(thanks))
Order.objects.filter(pk__in=mine).delete()
connection.cursor().execute("DELETE FROM sqlite_sequence")  # the page's orders begin at 1
"""


@pytest.fixture(scope="class")
def web(together):
    """The development server of the page's Django project; the database is made by the first test."""
    together.copy(f"{PAGE}/django_shop")
    if not (together.path / "shop.sqlite3").exists():
        together.run(
            "bash", "-ec", "touch orders/__init__.py; python manage.py makemigrations orders; python manage.py migrate"
        )
    server = together.start("python", "manage.py", "runserver", "--noreload")
    server.wait_for("Quit the server", timeout=PATIENCE)
    yield server
    server.stop(signal.SIGINT, timeout=PATIENCE)


@pytest.fixture(scope="class")
def worker(together, web):
    worker = together.start("celery", "-A", "shop", "worker", *WORKER)
    worker.wait_for("ready", timeout=PATIENCE)
    return worker


def orders(folder) -> dict[str, int]:
    """Which orders are stored: name -> confirmed."""
    with sqlite3.connect(folder / "shop.sqlite3") as database:
        rows = database.execute("SELECT email, confirmed FROM orders_order").fetchall()
    return {email.partition("@")[0]: confirmed for email, confirmed in rows}


class TestDjango:
    """In this order: the first tests have no worker yet."""

    def test_database_is_made_as_shown(self, play, together):
        together.copy(f"{PAGE}/django_shop")
        play(f"{PAGE}/init.console")
        assert orders(together.path) == {}

    def test_what_a_rollback_does_to_jobs_does_not_depend_on_the_broker(self, together, brokers, captured):
        columns = [
            together.run("python", "-c", ROLLBACK, env={"BROKER_URL": url}).split()
            for url in ("redis://localhost:6379/0", "amqp://guest:guest@localhost:5672//")
        ]
        assert columns[0] == columns[1] == ["1", "0", "1"]
        whats = ("`delay`, then a rollback", "`delay_on_commit`, then a rollback", "`delay_on_commit`, then a commit")
        rows = [" | ".join(row) for row in zip(whats, *columns, strict=True)]
        captured(f"{PAGE}/brokers.table", "\n".join(["Jobs in the queue after | Redis | RabbitMQ", *rows]))
        brokers.redis.flush()

    def test_forgotten_order_is_sent_once_per_hour_and_confirmed_once(self, together, brokers):
        said = together.run("python", "-c", TWICE).split()
        assert said == ["0", "20", "20"], "new: not sent; forgotten: once each; confirmed: once each"
        brokers.redis.flush()

    def test_order_is_saved_although_the_broker_was_killed_and_its_job_is_not_sent(self, play, together, web, brokers):
        pid = brokers.redis.pid
        brokers.redis.kill()
        assert not brokers.redis.running
        play(f"{PAGE}/broker_down.console")
        brokers.redis.start()
        assert brokers.redis.pid != pid
        assert brokers.redis.client().keys("*") == [], "nothing waits anywhere"
        assert orders(together.path) == {"dana": 0, "emil": 0}
        assert "Error calling" in web.output(), "robust: noted and not raised"

    @GOES_ON
    def test_forgotten_orders_are_confirmed_by_a_task_that_looks_for_them(self, play, together, worker):
        play(f"{PAGE}/forgotten.console")
        assert orders(together.path) == {"dana": 1, "emil": 1}

    @GOES_ON
    def test_rollback_takes_the_job_of_delay_on_commit_along(self, play, together, worker, brokers):
        received = len(re.findall(RECEIVED, worker.output()))
        play(f"{PAGE}/on_commit.console")
        assert "bilal" not in orders(together.path)
        # Whatever was sent for Bilal would come before what is sent now.
        together.run("python", "place.py", "/orders/robust/", "fay")
        wait_until(lambda: orders(together.path).get("fay"), 20, "a job that was sent later")
        assert len(re.findall(RECEIVED, worker.output())) == received + 2, "Amina's and Fay's"

    @GOES_ON
    def test_delay_inside_a_transaction_meets_no_row(self, play, together, worker):
        play(f"{PAGE}/careless.console")
        worker.wait_for(NO_ROW, count=2)
        assert "bilal" not in orders(together.path), "rolled back, and still the job was sent"
        assert orders(together.path)["chen"] == 0, "committed, and never confirmed"
        # Most of the time it goes well, which is what makes the mistake so common.
        assert together.run("python", "place.py", "/orders/careless/", "gita").startswith("202")

    @GOES_ON
    def test_worker_is_not_impatient(self, together, worker):
        policy = "from shop import celery_app as app; print({}['task_publish_retry_policy']['max_retries'])"
        [web, worker] = (
            together.run("python", "-c", policy.format(where)).strip()
            for where in ("app.conf", "[*app.control.inspect(timeout=20, limit=1).conf().values()][0]")
        )
        assert (web, worker) == ("1", "3")

    def test_two_traps_of_django(self, together):
        said = together.run("python", "-c", TRAPS, env={"DJANGO_SETTINGS_MODULE": "shop.settings"})
        assert said.splitlines()[-2:] == ["silenced: True", "AttributeError: no __qualname__"]

    def test_the_readers_own_tests_pass(self, play):
        play(f"{PAGE}/django_tests.console")


@pytest.fixture(scope="class")
def flask_web(together):
    together.copy(f"{PAGE}/flask_shop")
    server = together.start("flask", "--app", "web", "run", "--port", "8000")
    server.wait_for("Running on", timeout=PATIENCE)
    yield
    server.stop(signal.SIGINT, timeout=PATIENCE)


@pytest.mark.usefixtures("flask_web")
class TestFlask:
    def test_task_has_the_application_context(self, play, together):
        worker = together.start("celery", "-A", "work", "worker", *WORKER)
        worker.wait_for("ready", timeout=PATIENCE)
        play(f"{PAGE}/receipt.console")
        assert worker.stop(timeout=PATIENCE) == 0

    def test_task_of_an_ordinary_celery_app_has_none(self, play, together):
        worker = together.start("celery", "-A", "careless", "worker", *WORKER)
        worker.wait_for("ready", timeout=PATIENCE)
        play(f"{PAGE}/careless_receipt.console")
        assert "Working outside of application context" in worker.output()
        assert worker.stop(timeout=PATIENCE) == 0
