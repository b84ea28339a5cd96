"""What docs/celery/databases.md promises."""

from harness.proof.runners.tables import Cell, Label, table

PAGE = "celery/databases"
START = ("-c", "1", "--without-mingle", "--loglevel=INFO")
PATIENCE = 60  # seconds


def start(space, module: str, **options):
    worker = space.start("celery", "-A", module, "worker", *START, **options)
    worker.wait_for("ready", timeout=PATIENCE)
    return worker


def test_engine_of_the_recipe_opens_a_connection_in_each_process(terminal, shop):
    worker = start(shop, "orders")
    terminal(f"{PAGE}/whose.console")
    assert worker.stop() == 0


def test_connection_that_was_made_before_the_fork_is_inherited(terminal, shop):
    worker = start(shop, "careless")
    terminal(f"{PAGE}/inherited.console")
    assert worker.stop() == 0


def test_recipe_forgets_what_the_parent_opened(shop):
    (shop.path / "early.py").write_text("from orders import *\nwith Session() as s: s.execute(text('SELECT 1'))\n")
    worker = start(shop, "early")
    assert shop.run("python", "whose.py", "orders") == "connection: mine\n"
    assert worker.stop() == 0


SETTINGS = """
import os

SECRET_KEY = "for-this-test-only"
INSTALLED_APPS = []
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "shop.db", "CONN_MAX_AGE": None}}
if os.environ["REUSE"] != "0":
    CELERY_DB_REUSE_MAX = int(os.environ["REUSE"])
"""

DJANGO = """
import os

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
from celery import Celery
from django.db import connection
from django.db.backends.signals import connection_created

app = Celery("counted", broker="redis://localhost:6379/0", backend="redis://localhost:6379/1")
app.config_from_object("django.conf:settings", namespace="CELERY")
opened = []
connection_created.connect(lambda **_: opened.append(os.getpid()), weak=False)


@app.task
def count():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return opened.count(os.getpid())
"""


def test_django_opens_a_connection_for_each_task(workspace, redis_server, captured):
    (workspace.path / "settings.py").write_text(SETTINGS)
    (workspace.path / "counted.py").write_text(DJANGO)
    rows = []
    for reuse in ("0", "100"):
        env = {"REUSE": reuse}
        worker = start(workspace, "counted", env=env)
        ask = "from counted import count\nfor _ in range(10): last = count.delay().get(timeout=20)\nprint(last)"
        opened = workspace.run("python", "-c", ask, env=env).strip()
        assert worker.stop() == 0
        what = "`CONN_MAX_AGE = None`" if reuse == "0" else "the same, and `CELERY_DB_REUSE_MAX = 100`"
        rows.append((Label(what), Cell(opened)))
    captured(f"{PAGE}/django.table", table(("Django settings", "Connections for ten tasks"), *rows))
