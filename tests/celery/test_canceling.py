"""What docs/celery/canceling.md promises."""

from pathlib import Path

import pytest
from celery import Celery
from celery.worker import state

from harness.process import wait_until
from harness.proof.runners.tables import Cell, Label, table

PAGE = "celery/canceling"
pytestmark = pytest.mark.usefixtures("fresh_connections")
OPTIONS = ("worker", "-c", "1", "--loglevel=INFO", "--without-mingle", "--without-gossip")
PATIENCE = 60  # seconds

HOLD = """
import os
import time

from celery import Celery

app = Celery("holds", broker="redis://localhost:6379/0", backend="redis://localhost:6379/1")


def note(words):
    with open("notes.txt", "a") as notes:
        print(words, file=notes)


@app.task
def hold(name):
    note(f"begun {name}")
    try:
        while not os.path.exists(f"go-{name}"):
            time.sleep(0.02)
    finally:
        note(f"cleaned {name}")


@app.task(acks_late=True, reject_on_worker_lost=True)
def hold_late(name):
    hold(name)
"""


def test_running_and_waiting_tasks_stop(terminal, shop):
    worker = shop.start("celery", "-A", "tasks", *OPTIONS)
    worker.wait_for("ready", timeout=PATIENCE)
    terminal(f"{PAGE}/cancel.console")
    assert "raised expected: Stopped" in worker.output()
    assert worker.stop() == 0
    assert shop.run("python", "-c", "import tasks; print(tasks.export.run('Chen', 1))") == "Chen: 1 parts\n"


def test_mark_stops_a_task_whose_revocation_was_lost(shop):
    stop = "import tasks; tasks.app.control.revoke = print; j = tasks.export.delay('Dana', 600); tasks.stop(j.id)"
    shop.run("python", "-c", stop)
    worker = shop.start("celery", "-A", "tasks", *OPTIONS)
    worker.wait_for("raised expected: Stopped", timeout=PATIENCE)
    assert worker.stop() == 0


def test_what_becomes_of_a_revoked_task(workspace, redis_server, captured):
    (workspace.path / "holds.py").write_text(HOLD)
    notes: Path = workspace.path / "notes.txt"
    notes.touch()
    rows = []

    def start(*options: str):
        worker = workspace.start("celery", "-A", "holds", *OPTIONS, *options)
        worker.wait_for("ready", timeout=PATIENCE)
        return worker

    def begun(name: str) -> None:
        wait_until(lambda: f"begun {name}" in notes.read_text(), PATIENCE, f"{name} to begin")

    def outcome(what: str, name: str, job, worker) -> None:
        """Wait until the worker has run or discarded it."""
        ends = (f"cleaned {name}", f"Discarding revoked task: holds.hold[{job.id}]")
        wait_until(lambda: any(end in notes.read_text() + worker.output() for end in ends), PATIENCE, f"{name} to end")
        worker.wait_for(f"{job.id}.*(succeeded|Terminating)|(Discarding|Terminating).*{job.id}", timeout=PATIENCE)
        ran = "began, and was killed" if f"{job.id}] succeeded" not in worker.output() else "ran to its end"
        ran = ran if f"begun {name}" in notes.read_text() else "did not begin"
        rows.append((Label(what), Cell(ran), Cell(f"`{job.state}`")))

    with Celery("test", broker="redis://localhost:6379/0", backend="redis://localhost:6379/1") as app:

        def send(name: str, task: str = "hold", go: bool = True, **options: str):
            if go:
                (workspace.path / f"go-{name}").touch()
            return app.send_task(f"holds.{task}", [name], **options)

        def revoke(worker, job_id: str, **how: object) -> None:
            app.control.revoke(job_id, reply=True, timeout=PATIENCE, limit=1, **how)

        worker = start()
        running, waiting = send("running", go=False), send("waiting")
        begun("running")
        revoke(worker, waiting.id)
        revoke(worker, running.id)
        revoke(worker, "restarted")
        (workspace.path / "go-running").touch()
        outcome("waits, and a worker runs", "waiting", waiting, worker)
        outcome("runs already", "running", running, worker)
        assert app.AsyncResult("restarted").state == "REVOKED", "before it was even sent"
        assert worker.stop() == 0
        unheard, restarted = send("unheard"), send("restarted", task_id="restarted")
        app.control.revoke(unheard.id)
        worker = start("--statedb=revoked")
        outcome("waits, and no worker runs", "unheard", unheard, worker)
        outcome("waits, and the worker is restarted before it begins", "restarted", restarted, worker)
        revoke(worker, "remembered")
        for name, task in (("terminated", "hold"), ("late", "hold_late")):
            job = send(name, task, go=False)
            begun(name)
            revoke(worker, job.id, terminate=True)
            outcome(f"runs, `terminate=True`{', late acknowledged' * (name == 'late')}", name, job, worker)
        assert "cleaned terminated" in notes.read_text(), "SIGTERM raises SystemExit in the process"
        wait_until(lambda: not redis_server.client().exists("unacked"), PATIENCE, "the late one to be acknowledged")
        assert notes.read_text().count("begun late") == 1, "and not redelivered"
        assert worker.stop() == 0
        remembered = send("remembered", task_id="remembered")
        worker = start("--statedb=revoked")
        outcome("the same, with `--statedb`", "remembered", remembered, worker)
        rows.insert(4, rows.pop())
        assert worker.stop() == 0
    captured(f"{PAGE}/revoked.table", table(("The task", "What happened after `revoke`", "State at the end"), *rows))


def test_worker_remembers_50000_ids_for_three_hours():
    assert state.REVOKES_MAX == 50_000
    assert state.REVOKE_EXPIRES == 3 * 3600
