"""What docs/celery/monitoring.md promises."""

import inspect
import re
import signal
import socket
from urllib.request import urlopen

import pytest
from celery import Celery
from celery.events.state import HEARTBEAT_EXPIRE_WINDOW
from celery.worker.heartbeat import Heart
from flower.options import options

from harness.process import alive, state, wait_until

PAGE = "celery/monitoring"
FLOWER = True
RABBITMQ = {"BROKER_URL": "amqp://guest:guest@localhost:5672//"}
WORKER = ("celery", "-A", "shop", "worker", "-c", "1", "-E", "--loglevel=INFO", "--without-mingle")
pytestmark = pytest.mark.timeout(300)


def read(path: str) -> str:
    """A page of Flower, or nothing while it does not answer."""
    try:
        with urlopen(f"http://127.0.0.1:5555{path}", timeout=10) as answer:
            return answer.read().decode()
    except OSError:
        return ""


def gone(folder, name: str = "worker.pid") -> bool:
    return not alive(int((folder / name).read_text()))


class TestWithOneWorker:
    def test_worker_answers_status_and_ping(self, play, worker):
        play(f"{PAGE}/look.console")

    def test_worker_says_what_it_does_holds_and_knows(self, play, worker, together):
        play(f"{PAGE}/ask.console")
        worker.wait_for("Terminating", count=1)

    def test_receiver_counts_what_begins_and_ends(self, play, worker):
        play(f"{PAGE}/count_events.console")

    def test_receiver_waits_for_the_tasks_however_long_the_worker_is_busy(self, worker, together):
        script = "from shop import pack\nfor order in (1, 2): pack.delay(order, 3)"  # one runs, one fills the prefetch
        together.run("python", "-c", script)
        counted = together.run("python", "count_events.py")
        assert counted.splitlines()[-1] == "task-failed: 2", counted

    def test_exporter_shows_counts_of_all_processes(self, play, worker, together):
        play(f"{PAGE}/exporter.console")
        wait_until(lambda: gone(together.path, "exporter.pid"), 30, "the exporter to end")

    def test_flower_wants_a_password_for_its_api_and_none_for_its_metrics(self, play, worker):
        play(f"{PAGE}/flower.console", fails=["curl -s http://127.0.0.2:5555/healthcheck"])

    def test_flower_forgets_unless_persistent(self, play, worker):
        play(f"{PAGE}/flower_again.console")

    def test_flower_shows_workers_tasks_and_queues_and_neither_logs_nor_a_schedule(self, worker, together):
        flower = together.start("celery", "-A", "shop", "flower", "--address=127.0.0.1")
        wait_until(lambda: "flower_worker_online" in read("/metrics"), 60, "Flower to find the worker")
        script = (
            "from shop import charge, pack\n"
            "later = pack.apply_async([7], countdown=600)\n"
            "packed = pack.delay(1)\n"
            "packed.get(timeout=30)\n"
            "failed = charge.delay(1)\n"
            "failed.get(timeout=30, propagate=False)\n"
            "print(packed.id, failed.id, later.id)"
        )
        packed, failed, later = together.run("python", "-c", script).split()
        wait_until(lambda: '"task-failed"' in read("/metrics"), 30, "the failure")
        links = re.findall(r'<a class="nav-link[^>]*>([^<]+)</a>', read("/workers"))
        assert links == ["Workers", "Tasks", "Broker"], "all of its pages: no logs, no schedule"
        name = f"celery@{socket.gethostname()}"
        tabs = re.findall(r'href="#tab-([a-z]+)"', read(f"/worker/{name}"))
        assert {"pool", "queues", "tasks", "limits", "config"} <= set(tabs)
        assert "log" not in " ".join(tabs)
        assert later in read(f"/worker/{name}"), "a task with a countdown is listed as scheduled"
        shown = read(f"/task/{failed}")
        for part in ("Args", "Result", "Started", "Traceback", "ValueError", "the card has expired"):
            assert part.lower() in shown.lower(), part
        assert "runtime" in read(f"/task/{packed}").lower()
        assert "celery" in read("/broker"), "the queue"
        together.run("celery", "-A", "shop", "control", "revoke", later)
        flower.stop()

    def test_flower_is_open_to_all_addresses_without_options(self, play, worker, together):
        play(f"{PAGE}/flower_open.console")


def test_exit_codes_do_not_tell_a_frozen_worker_from_none(shop, captured):
    worker = shop.start(*WORKER)
    worker.wait_for("ready", timeout=90)
    name = f"celery@{socket.gethostname()}"
    commands = {
        "`celery status`": ("celery", "-A", "shop", "status"),
        "`celery inspect ping -d …`": ("celery", "-A", "shop", "inspect", "ping", "-d", name),
    }
    nobody = {"BROKER_URL": "redis://localhost:6390/0"}

    def start(env=None) -> list:
        return [shop.start(*command, env=env) for command in commands.values()]

    def ends(asking) -> list[tuple[int, str]]:
        for program in asking:
            wait_until(lambda program=program: program.returncode is not None, 60, "an answer")
        return [(program.returncode, program.output().strip().splitlines()[-1]) for program in asking]

    without_broker = start(nobody)
    found = {"works": ends(start())}
    worker.send(signal.SIGSTOP)
    wait_until(lambda: state(worker.pid) == "T", 30, "the worker to stand still")
    found["is frozen (`SIGSTOP`)"] = ends(start())
    worker.kill()
    found["is dead (`SIGKILL`)"] = ends(start())
    down = ends(without_broker)
    assert all("Could not connect to the message broker" in line for _, line in down)
    found["is unknown: the broker is down"] = [
        (code, "Error: Could not connect to the message broker. …") for code, _ in down
    ]
    assert [code for code, _ in found["works"]] == [0, 0]
    assert {code for name, row in found.items() if name != "works" for code, _ in row} == {69}
    rows = ["The worker | " + " | ".join(commands) + " | Last line"]
    rows += [f"{name} | {one[0]} | {two[0]} | `{one[1]}`" for name, (one, two) in found.items()]
    captured(f"{PAGE}/exit_codes.table", "\n".join(rows) + "\n")


def test_receiver_counts_nothing_when_the_worker_sends_no_events(terminal, shop):
    terminal(f"{PAGE}/without_events.console")
    wait_until(lambda: gone(shop.path), 30, "the worker to end")


def test_counter_in_a_child_stays_zero_where_prometheus_asks(terminal, shop):
    terminal(f"{PAGE}/counting.console")
    wait_until(lambda: gone(shop.path), 30, "the worker to end")
    assert "succeeded" in (shop.path / "worker.log").read_text()


def test_killed_worker_says_no_goodbye(terminal, shop):
    terminal(f"{PAGE}/watch.console", timeout=60)


def test_queue_grows_without_a_worker_and_somebody_is_told(terminal, shop, rabbitmq, captured):
    terminal(f"{PAGE}/depth.console", fails=["python alert.py"])
    without = {"Redis": "5 waiting, 0 consumers"}  # as the session shows
    shop.run("python", "-c", "from shop import pack\nfor order in range(100): pack.delay(order, 1)")
    worker = shop.start(*WORKER)
    worker.wait_for("ready")
    assert re.match(r"\d+ jobs wait: too many for 1 processes", shop.run("python", "alert.py", status=1))
    shop.run("python", "-c", "from shop import app; app.control.purge()")
    assert shop.run("python", "alert.py") == "fine: 0 waiting\n"
    idle = {"Redis": shop.run("python", "depth.py").strip()}
    assert worker.stop() == 0

    terminal(f"{PAGE}/depth_rabbitmq.console")
    without["RabbitMQ"] = "5 waiting, 0 consumers"
    worker = shop.start(*WORKER, env=RABBITMQ)
    worker.wait_for("succeeded", count=5)
    idle["RabbitMQ"] = shop.run("python", "depth.py", env=RABBITMQ).strip()
    assert worker.stop() == 0
    assert idle == {"Redis": "0 waiting, 0 consumers", "RabbitMQ": "0 waiting, 1 consumers"}
    rows = ["What `depth.py` says | Redis | RabbitMQ"]
    for what, found in (("Five jobs, no worker", without), ("Nothing waits, one worker", idle)):
        rows.append(f"{what} | {found['Redis']} | {found['RabbitMQ']}")
    captured(f"{PAGE}/brokers.table", "\n".join(rows) + "\n")


def test_defaults_that_the_page_names():
    assert "interval or 2.0" in inspect.getsource(Heart)
    assert HEARTBEAT_EXPIRE_WINDOW == 200, "per cent of the interval"
    assert (options.address, options.port, options.basic_auth) == ("", 5555, [])
    assert options.enable_events
    assert not options.persistent
    assert options.state_save_interval == 0
    conf = Celery("test").conf
    assert not conf.worker_send_task_events
