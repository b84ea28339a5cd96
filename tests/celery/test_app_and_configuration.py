"""What docs/celery/app-and-configuration.md promises."""

import json
import os
import signal
import threading

import redis
from celery import Celery
from celery.app.defaults import SETTING_KEYS
from celery.utils.saferepr import saferepr
from fastapi import FastAPI
from fastapi.testclient import TestClient

PAGE = "celery/app_and_configuration"
WORKER = ("celery", "-A", "shop.celery_app", "worker", "--loglevel=INFO", "--without-mingle", "--pool=solo")
URLS = {"Redis": "redis://localhost:6379/0", "RabbitMQ": "amqp://guest:guest@localhost:5672//"}


def test_worker_finds_the_tasks_of_all_packages_and_does_the_jobs(terminal, shop):
    worker = terminal(f"{PAGE}/worker.console", keeps_running=True)
    terminal(f"{PAGE}/sign_up.console")
    terminal(f"{PAGE}/renamed.console")
    log = worker.stop()
    assert log.count("Received unregistered task of type 'emails.tasks.send_welcome_email'.") == 1
    results = redis.Redis(db=1)
    keys = results.keys("celery-task-meta-*")
    assert len(keys) == 4
    assert all(3500 < results.ttl(key) <= 3600 for key in keys), "result_expires of settings.py"


def test_tasks_obey_the_settings_unless_they_say_otherwise(shop):
    said = shop.run(
        "python",
        "-c",
        "from shop.celery_app import app; app.loader.import_default_modules(); t = app.tasks\n"
        "print(t['shop.receipt'].acks_late, t['shop.orders.tasks.charge'].acks_late, app.timezone)",
    )
    assert said == "True False Asia/Karachi\n"
    assert str(Celery("test").timezone) == "UTC", "what you get without the setting"


def test_tasks_are_imported_when_they_are_needed_and_not_before(shop):
    said = shop.run(
        "python",
        "-c",
        "import sys; from shop.celery_app import app; print('shop.emails.tasks' in sys.modules)\n"
        "app.loader.import_default_modules(); print('shop.emails.tasks' in sys.modules)",
    )
    assert said == "False\nTrue\n"


def test_same_package_runs_on_either_broker(shop, rabbitmq, captured):
    rows = {"Default port": [], "After the last `/`": [], "Client": [], "Heartbeats": [], "One waiting job": []}
    for name, url in URLS.items():
        app = Celery("test", broker=url)
        with app.connection_for_write() as connection:
            connection.connect()
            transport = connection.transport
            rows["Default port"].append(str(transport.default_port))
            kind = "virtual host" if connection.virtual_host == "/" else "number of a database"
            rows["After the last `/`"].append(f"{kind}, here `{connection.virtual_host}`")
            rows["Client"].append(f"`{transport.driver_name}`")
            rows["Heartbeats"].append("yes" if connection.supports_heartbeats else "no")
        app.close()
        sent = shop.run(
            "python",
            "-c",
            "from shop.celery_app import app; app.send_task('shop.receipt', [1001])",
            env={"BROKER_URL": url},
        )
        assert sent == ""
        if name == "Redis":
            client = redis.Redis(decode_responses=True)
            assert client.type("celery") == "list"
            assert json.loads(client.lindex("celery", 0))["headers"]["task"] == "shop.receipt"
            assert client.llen("celery") == 1
            rows["One waiting job"].append("an element of the list `celery`")
        else:
            assert rabbitmq.queue_depth("celery") == 1
            assert rabbitmq.api("GET", "queues/%2F/celery")["durable"]
            rows["One waiting job"].append("a message in the durable queue `celery`")
        worker = shop.start(*WORKER, env={"BROKER_URL": url})
        worker.wait_for("succeeded in .*receipt for order 1001")
        assert worker.stop(signal.SIGTERM) == 0
    lines = [" | ".join(["What", *URLS]), *(" | ".join([row, *cells]) for row, cells in rows.items())]
    captured(f"{PAGE}/brokers.table", "\n".join(lines) + "\n")


def test_celery_without_an_extra_is_enough_for_rabbitmq(terminal, workspace, rabbitmq):
    workspace.copy(f"{PAGE}/plain_rabbitmq.py")
    terminal(f"{PAGE}/plain_rabbitmq.console", timeout=90)
    # The environment of the session is the reader's own, where nothing is measured.
    assert workspace.run("python", "plain_rabbitmq.py") == ""
    program = "import plain_rabbitmq; print(plain_rabbitmq.send_receipt(1001))"
    assert workspace.run("python", "-c", program) == "receipt for order 1001\n"


def test_name_of_a_task_depends_on_how_its_module_was_imported(terminal, shop):
    terminal(f"{PAGE}/names.console")


def test_shared_task_without_an_app_looks_for_rabbitmq_on_localhost(terminal, shop):
    terminal(f"{PAGE}/forgot_app.console")
    terminal(f"{PAGE}/remembered_app.console")


def test_call_without_an_app_ends_at_a_broker_that_nobody_meant(shop, rabbitmq):
    shop.run(
        "python",
        "-c",
        "from shop.emails.tasks import send_welcome_email as send; send.apply_async(['Amina'], ignore_result=True)",
    )
    assert rabbitmq.queue_depth("celery") == 1
    assert not redis.Redis().exists("celery"), "where the worker looks, nothing arrived"


def test_app_and_tasks_that_import_each_other_do_not_start(terminal, shop):
    terminal(f"{PAGE}/circular.console", fails=["celery -A circular_app worker"])
    # Imported from the other end, the same two files work: that is why it may stay unseen for long.
    assert shop.run("python", "-c", "import circular_tasks as m; print(m.charge(1001))") == ("order 1001 charged\n")
    terminal(f"{PAGE}/straight.console")
    assert shop.run("python", "-c", "import straight_tasks as m; print(m.charge(1001))") == "order 1001 charged\n"


def test_later_settings_beat_earlier_ones_and_the_environment_beats_them_for_urls(run_script, monkeypatch):
    for name in ("CELERY_BROKER_URL", "CELERY_TASK_DEFAULT_QUEUE"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    try:
        run_script(f"{PAGE}/precedence.py")
    finally:
        for name in ("CELERY_BROKER_URL", "CELERY_TASK_DEFAULT_QUEUE"):
            os.environ.pop(name, None)


def test_misspelled_setting_has_no_effect_and_no_message(run_script, recwarn, caplog):
    run_script(f"{PAGE}/misspelled.py")
    assert not recwarn.list
    assert not caplog.records


def test_check_finds_misspelled_settings(run_script, shop):
    checked = run_script(f"{PAGE}/check_settings.py")
    app = Celery("test")
    app.conf.update(broker_url="redis://localhost:6379/0", broker_ulr="x")
    assert checked["unknown_settings"](app) == ["broker_ulr: did you mean broker_url?"]
    assert len(SETTING_KEYS) > 200, "the number of settings the page names"
    # The settings module of the page, which imports os, passes.
    said = shop.run(
        "python",
        "-c",
        "from check_settings import unknown_settings; from shop.celery_app import app\nprint(unknown_settings(app))",
    )
    assert said.splitlines()[-1] == "[]"


def test_old_and_new_names_must_not_be_mixed(run_script):
    run_script(f"{PAGE}/mixed.py")


def test_report_hides_the_password(terminal, shop):
    terminal(f"{PAGE}/report.console")
    assert "hunter2" not in shop.run(
        "celery", "-A", "shop.celery_app", "report", env={"BROKER_URL": "redis://:hunter2@localhost:6379/0"}
    )


def test_shared_task_belongs_to_the_app_that_was_made_last(shop):
    said = shop.run(
        "python",
        "-c",
        "import shop.celery_app; from celery import Celery; from shop.emails.tasks import send_welcome_email as send\n"
        "print(send.app.main); Celery('other'); print(send.app.main)",
    )
    assert said == "shop\nother\n"


def test_shared_task_finds_the_app_in_another_thread_because_it_is_the_default(shop):
    ask = (
        "import threading, shop.celery_app; from shop.emails.tasks import send_welcome_email as send\n"
        "thread = threading.Thread(target=lambda: print(send.app.connection_for_write().as_uri()))\n"
        "thread.start(); thread.join()"
    )
    assert shop.run("python", "-c", ask) == "redis://:**@localhost:6379/0\n"
    module = shop.path / "shop/celery_app.py"
    module.write_text(module.read_text().replace("app.set_default()", ""))
    assert shop.run("python", "-c", ask) == "amqp://guest:**@localhost:5672//\n"


def test_plain_views_of_fastapi_run_in_another_thread():
    app = FastAPI()

    @app.get("/loop")
    async def loop() -> int:
        return threading.get_ident()

    @app.get("/plain")
    def plain() -> int:
        return threading.get_ident()

    with TestClient(app) as web:
        assert web.get("/plain").json() != web.get("/loop").json()


def test_log_shows_nested_arguments_to_a_limited_depth():
    assert Celery("test").conf.task_repr_maxlevels == 3
    nested = saferepr([[[["deep"]]]], maxlevels=3)
    assert "deep" not in nested
