"""What docs/celery/results-and-states.md promises."""

import pytest
import redis
import sqlalchemy
from celery import Celery, states

PAGE = "celery/results_and_states"
EXPORTS = ("celery", "-A", "exports", "worker", "-c", "2", "--without-mingle", "--loglevel=INFO")

CAUSES = '''
import time

from celery import Celery

app = Celery("causes", broker="redis://localhost:6379/0", backend="redis://localhost:6379/1")


@app.task(bind=True)
def work(self, what):
    if what == "wait":
        time.sleep(60)
    if what == "progress":
        self.update_state(state="PROGRESS", meta={"done": 1})
        time.sleep(60)
    if what == "fail":
        raise ValueError(what)
    if what == "retry":
        raise self.retry(countdown=60)


@app.task(track_started=True)
def tracked():
    time.sleep(60)


@app.task(ignore_result=True)
def ignored():
    pass


if __name__ == "__main__":
    from causes import app, ignored, tracked, work

    def wait(job, state):
        deadline = time.monotonic() + 30
        while job.state != state and time.monotonic() < deadline:
            time.sleep(0.05)
        return job.state

    def active(job):
        """Wait until a worker runs the job, which the backend does not say."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            for tasks in (app.control.inspect(timeout=1).active() or {}).values():
                if job.id in [task["id"] for task in tasks]:
                    return job.state
        return "not begun"

    print("never sent |", app.AsyncResult("no-such-job").state)
    print("waiting in the queue |", work.apply_async(["x"], queue="nobody").state)
    running = work.delay("wait")
    print("running |", active(running))
    print("running, with `track_started` |", wait(tracked.delay(), "STARTED"))
    print("called `update_state` |", wait(work.delay("progress"), "PROGRESS"))
    done = work.delay("return")
    print("returned |", wait(done, "SUCCESS"))
    print("raised |", wait(work.delay("fail"), "FAILURE"))
    print("waits for a retry |", wait(work.delay("retry"), "RETRY"))
    revoked = work.apply_async(["x"], countdown=2)
    revoked.revoke()
    print("revoked before it began |", wait(revoked, "REVOKED"))
    unseen = ignored.delay()
    after = work.delay("return")
    after.get(timeout=30)
    print("done, with `ignore_result` |", unseen.state)
    done.forget()
    print("result expired or forgotten |", app.AsyncResult(done.id).state)
'''

BACKENDS = """
import os, subprocess, sys

from celery import Celery, chord

backend = os.environ["BACKEND"]
app = Celery("backends", broker="amqp://guest:guest@localhost:5672//", backend=backend)


@app.task
def add(x, y):
    return x + y


@app.task
def total(numbers):
    return sum(numbers)


if __name__ == "__main__":
    from backends import add, app, total

    if len(sys.argv) > 1:
        print(app.AsyncResult(sys.argv[1]).state)
        sys.exit()
    job = add.delay(1, 2)
    print(job.get(timeout=30) == 3 and job.state)
    print(subprocess.check_output([sys.executable, __file__, job.id], text=True).strip())
    try:
        print(chord([add.s(1, 1), add.s(2, 2)])(total.s()).get(timeout=30) == 6 and "works")
    except NotImplementedError as error:
        print("`NotImplementedError`")
        print(error, file=sys.stderr)
"""


@pytest.fixture
def exports(workspace, redis_server):
    """The reader's folder, an empty Redis, and a worker that is ready."""
    workspace.copy(PAGE)
    workspace.worker = workspace.start(*EXPORTS)
    workspace.worker.wait_for("ready")
    return workspace


def stored() -> redis.Redis:
    return redis.Redis(db=1, decode_responses=True)


def test_states_results_and_failures_are_as_shown(terminal, exports):
    terminal(f"{PAGE}/watch.console")
    terminal(f"{PAGE}/failed.console")
    terminal(f"{PAGE}/stored.console")
    keys = set(stored().keys("celery-task-meta-*"))
    assert len(keys) == 2, "watch.py and failed.py left theirs, stored.py forgot its own"
    for key in keys:
        assert 3500 < stored().ttl(key) <= 3600, "result_expires"

    terminal(f"{PAGE}/ignored.console")
    exports.worker.wait_for(r"note_visit\[.*succeeded.*somebody saw /tea")
    assert set(stored().keys("celery-task-meta-*")) == keys, "nothing was kept of the visit"
    assert exports.worker.stop() == 0


def test_api_answers_at_once_and_then_says_how_far_it_is(terminal, exports):
    server = exports.start("uvicorn", "api:app", "--log-level", "info")
    server.wait_for("Uvicorn running")
    terminal(f"{PAGE}/ask_api.console")
    unknown = exports.run(
        "python", "-c", "import httpx2; print(httpx2.get('http://localhost:8000/exports/xyz').json())"
    )
    assert unknown == "{'state': 'PENDING'}\n", "an id that never was looks like a job that waits"
    server.stop()


def test_each_cause_has_the_state_of_the_table(workspace, redis_server, captured):
    (workspace.path / "causes.py").write_text(CAUSES)
    worker = workspace.start("celery", "-A", "causes", "worker", "-c", "5", "--without-mingle", "--loglevel=INFO")
    worker.wait_for("ready")
    rows = workspace.run("python", "causes.py", timeout=60)
    worker.kill()
    captured(f"{PAGE}/states.table", "Situation | State\n" + rows)
    assert rows.count("| PENDING") == 5, "which the page says"


def test_results_in_redis_a_database_and_by_rpc_differ_as_the_table_says(workspace, redis_server, rabbitmq, captured):
    (workspace.path / "backends.py").write_text(BACKENDS)
    columns = {}
    for backend in ("redis://localhost:6379/1", "db+sqlite:///results.sqlite", "rpc://"):
        workspace.env["BACKEND"] = backend
        worker = workspace.start(
            *("celery", "-A", "backends", "worker", "-c", "1", "--without-mingle", "--loglevel=INFO")
        )
        worker.wait_for("ready")
        # The file is imported a second time by its own name, of which Celery warns.
        said = workspace.run("python", "backends.py", env={"PYTHONWARNINGS": "ignore"}, timeout=60)
        columns[backend] = said.splitlines()
        assert worker.stop() == 0
    kept, in_database, by_rpc = columns.values()
    assert kept == in_database == ["SUCCESS", "SUCCESS", "works"]
    assert by_rpc[:3] == ["SUCCESS", "PENDING", "`NotImplementedError`"]
    assert by_rpc[3] == 'The "rpc" result backend does not support chords!'
    captured(f"{PAGE}/no_chord.txt", by_rpc[3])
    questions = ("State, asked by the caller", "State, asked by another process", "A chord")
    rows = [" | ".join(row) for row in zip(questions, kept, in_database, by_rpc, strict=False)]
    captured(
        f"{PAGE}/backends.table", "\n".join(["What | Redis | Database, `db+sqlite://` | RabbitMQ, `rpc://`", *rows])
    )


def test_what_json_cannot_carry_changes_or_fails(terminal, workspace, redis_server):
    workspace.copy(PAGE)
    worker = workspace.start("celery", "-A", "strange", "worker", "-c", "2", "--without-mingle", "--loglevel=INFO")
    worker.wait_for("ready")
    terminal(f"{PAGE}/ask_strange.console")
    assert worker.stop() == 0


def test_results_are_kept_for_a_day_by_default(redis_server):
    app = Celery("test", backend="redis://localhost:6379/1")
    app.backend.store_result("some-job", "done", states.SUCCESS)
    assert 86_000 < stored().ttl("celery-task-meta-some-job") <= 86_400
    assert app.conf.task_track_started is False
    assert app.conf.result_extended is False


def test_extra_brings_what_a_database_needs(shell, workspace):
    shell(f"{PAGE}/install_database.sh", timeout=90)
    program = "import sqlalchemy; from celery.backends.database import DatabaseBackend; print(sqlalchemy.__version__)"
    assert workspace.run(".venv/bin/python", "-c", program) == f"{sqlalchemy.__version__}\n"


def test_results_are_rows_of_a_database(terminal, workspace, redis_server):
    workspace.copy(PAGE)
    terminal(f"{PAGE}/in_database.console")
    assert stored().dbsize() == 0, "no result is in Redis"


def test_beat_sends_the_task_that_deletes_old_results_from_a_database(workspace, redis_server):
    workspace.copy(PAGE)
    (workspace.path / "clean.py").write_text(
        "import datetime, sqlite3\n"
        "from celery.beat import PersistentScheduler\n"
        "from in_database import app, total\n"
        "app.conf.task_always_eager = app.conf.task_store_eager_result = True\n"
        "def rows():\n"
        "    return sqlite3.connect('results.sqlite').execute('SELECT count(*) FROM celery_taskmeta').fetchone()[0]\n"
        "total.delay([1])\n"
        "scheduler = PersistentScheduler(app, schedule_filename='beat')\n"
        "print(sorted(entry.task for entry in scheduler.schedule.values()), rows())\n"
        "scheduler.close()\n"
        "app.conf.result_expires = -1\n"
        "app.backend.expires = datetime.timedelta(seconds=-60)\n"
        "app.backend.cleanup()\n"
        "print(rows())\n"
    )
    assert workspace.run("python", "clean.py") == "['celery.backend_cleanup'] 1\n0\n"
