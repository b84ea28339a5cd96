"""What docs/celery/when-things-die.md promises.

The drills of a broker are one story in one folder, for each worker that is started costs more than a second: see
`Story`. The tests read what happened in it.
"""

import os
import signal
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field

import pytest
from celery import Celery
from kombu import Queue
from kombu.transport.redis import Channel

from harness.process import WaitError, alive, descendants, state, wait_until

PAGE = "celery/when_things_die"
TASKS = ("early", "late", "late_reject")
URLS = {"Redis": "redis://localhost:6379/0", "RabbitMQ": "amqp://guest:guest@localhost:5672//"}
pytestmark = pytest.mark.timeout(360)


@dataclass
class Story:
    """Drills on one broker, in the reader's folder; jobs are named after broker and drill."""

    space: object
    broker: str
    servers: object
    runs: dict[str, tuple[int, int, str]] = field(default_factory=dict)  # drill-task -> begun, done, state
    log: dict[str, str] = field(default_factory=dict)
    started: int = 0
    killed_children: int = 0
    killed_workers: int = 0
    frozen: str = ""
    crashes: dict[str, tuple[int, str]] = field(default_factory=dict)

    def __post_init__(self):
        self.env = {"BROKER_URL": URLS[self.broker]}
        self.app = Celery("test", broker=URLS[self.broker], backend="redis://localhost:6379/1")
        if self.broker == "RabbitMQ":
            self.app.conf.broker_transport_options = {"confirm_publish": True}  # as in orders.py
        # The workers have declared it, with other properties than a plain one.
        self.app.conf.task_queues = [Queue("celery"), Queue("limited", routing_key="limited", no_declare=True)]

    def worker(self, **env):
        self.started += 1  # two workers of one name would take RabbitMQ's queue for commands from each other
        worker = self.space.start(
            *(
                "celery",
                "-A",
                "drill",
                "worker",
                "--include=payments,crashes",
                "--concurrency=3",
                f"--hostname=w{self.started}@%h",
            ),
            *("--loglevel=INFO", "--without-mingle", "-O", "fair"),
            env={**self.env, **env},
        )
        worker.wait_for("ready")
        return worker

    def lines(self, order: str) -> list[list[str]]:
        file = self.space.path / f"{order}.txt"
        return [line.split() for line in file.read_text().splitlines()] if file.exists() else []

    def count(self, order: str, word: str) -> int:
        return sum(line[-1] == word for line in self.lines(order))

    def hold(self) -> None:
        (self.space.path / "hold").touch()

    def release(self) -> None:
        (self.space.path / "hold").unlink()

    def send(self, drill: str, *, queue: str = "celery", tasks=TASKS) -> list[str]:
        """Send a job of each kind and wait until they are under way; return their names."""
        names = [f"{self.broker}-{drill}-{task}" for task in tasks]
        for name, task in zip(names, tasks, strict=True):
            self.app.send_task(f"orders.{task}", [name], task_id=name, queue=queue)
        wait_until(lambda: all(self.count(name, "begun") for name in names), 30, f"{names} to begin")
        return names

    def ended(self, drill: str, names: list[str]) -> None:
        for name, task in zip(names, TASKS, strict=True):
            said = self.app.AsyncResult(name).state
            self.runs[f"{drill}-{task}"] = (self.count(name, "begun"), self.count(name, "done"), said)

    def nothing_is_left(self) -> None:
        def empty() -> bool:
            if self.broker == "Redis":
                return not self.servers.redis.client().exists("celery", "unacked", "limited")
            return all(self.servers.rabbitmq.counts(name) == (0, 0) for name in ("celery", "limited"))

        wait_until(empty, 30, "every message to be acknowledged", 0.1)

    def kill_children_at_work(self) -> None:
        self.hold()
        worker = self.worker()
        names = self.send("child")
        children = [int(self.lines(name)[0][0]) for name in names]
        for child in children:
            os.kill(child, signal.SIGKILL)
        wait_until(lambda: not any(map(alive, children)), 30, "the children to be gone")
        worker.wait_for("WorkerLostError.*Job: ", count=3)
        again = names[2]
        wait_until(lambda: self.count(again, "begun") == 2, 30, "the rejected job to begin again")
        self.release()
        wait_until(lambda: self.count(again, "done") == 1, 30, "the rejected job to end")
        self.nothing_is_left()
        self.ended("child", names)
        self.log["child"] = worker.output()
        self.hold()
        names = self.send("worker")
        worker.kill()  # waits until it and its children are gone
        self.release()
        self.next = self.worker(VISIBILITY_TIMEOUT="3")
        for name in names[1:]:
            wait_until(lambda name=name: self.count(name, "done") == 1, 30, f"{name} to be done")
        self.nothing_is_left()
        self.ended("worker", names)

    def outlive_the_visibility_timeout(self) -> None:
        self.hold()
        (name,) = self.send("long", tasks=["late"])
        wait_until(lambda: self.count(name, "begun") > 1, 30, "the job to begin a second time")
        assert self.count(name, "done") == 0
        pids = {line[0] for line in self.lines(name)}
        assert len(pids) > 1, "two processes at the same time"
        self.release()
        self.nothing_is_left()

    def kill_frozen_worker(self) -> None:
        """Kill a worker that stands still at the moment when it gets a job."""
        for attempt in range(20):
            name = f"{self.broker}-frozen-{attempt}"
            self.nothing_is_left()  # a job is done before its message is acknowledged
            os.kill(self.next.pid, signal.SIGSTOP)
            wait_until(lambda: state(self.next.pid) == "T", 30, "the worker to stand still")
            self.app.send_task("orders.late", [name], task_id=name, queue="celery")
            if self.broker == "RabbitMQ" or self.taken():
                break
            # It asks Redis for a second at a time, and this second was over.
            os.kill(self.next.pid, signal.SIGCONT)
            wait_until(lambda name=name: self.count(name, "done") == 1, 30, "the job to be done")
        self.next.kill()
        assert self.count(name, "begun") == 0
        if self.broker == "Redis":
            left = self.servers.redis.client().exists("celery", "unacked")
        else:
            wait_until(lambda: self.servers.rabbitmq.queue_depth("celery") == 1, 30, "the job to be back")
            left = 1
        self.frozen = "kept" if left else "lost"

    def kill_redis_at_work(self) -> str:
        """Kill Redis, not the worker; return the job. How long such a worker searches for Redis is not looked at."""
        server = self.servers.redis
        worker = self.worker()
        self.hold()
        (name,) = self.send("restart", tasks=["late"])
        self.app.send_task("orders.late", [f"{name}-next"], queue="nobody")
        assert server.client().exists("nobody", "unacked") == 2
        server.kill()
        assert not server.running
        self.release()
        wait_until(lambda: self.count(name, "done") == 1, 60, "the job at work to end")
        worker.kill()
        server.start()
        assert server.client().exists("nobody", "unacked", "celery") == 0, "what waited, and what was in hand"
        return name

    def taken(self) -> bool:
        """Whether Redis hands out the job within two seconds."""
        try:
            wait_until(lambda: not self.servers.redis.client().exists("celery"), 2, "the job to be taken")
        except WaitError:
            return False
        return True

    def paid(self) -> int:
        try:
            with sqlite3.connect(self.space.path / "shop.db") as db:
                found = db.execute(
                    "SELECT count(*) FROM payments WHERE orderno LIKE ?", (f"{self.broker}-%",)
                ).fetchone()
            return found[0]
        except sqlite3.OperationalError:  # no table yet
            return 0

    def begun(self) -> int:
        file = self.space.path / "begun.txt"
        return sum(line.startswith(f"{self.broker}-") for line in file.read_text().splitlines()) if file.exists() else 0

    def kill_child(self, worker) -> None:
        wait_until(lambda: descendants(worker.pid), 30, "a child")
        child = descendants(worker.pid)[0]
        os.kill(child, signal.SIGKILL)
        wait_until(lambda: not alive(child), 30, "the child to be gone")
        self.killed_children += 1

    def charge_while_workers_are_killed(self) -> None:
        worker = self.next
        assert self.space.run("python", "charge_all.py", self.broker, env=self.env) == "sent 200 orders\n"
        for target in (20, 50, 80, 110, 130):
            wait_until(lambda target=target: self.begun() >= target, 60, f"{target} orders to begin")
            if target == 130:
                if self.broker == "Redis":  # see `kill_frozen_worker`
                    break
                worker.kill()
                self.killed_workers += 1
                self.next = worker = self.worker(VISIBILITY_TIMEOUT="3")
                continue
            if target == 20:  # the first one at work for sure: nobody can write while we hold the database
                with closing(sqlite3.connect(self.space.path / "shop.db", timeout=20, isolation_level=None)) as db:
                    db.execute("BEGIN IMMEDIATE")
                    wait_until(lambda: self.begun() - self.paid() == 3, 15, "three children to be at work")
                    self.kill_child(worker)
            else:
                self.kill_child(worker)
        wait_until(lambda: self.paid() == 200, 60, "200 payments")
        self.nothing_is_left()

    def crash(self, kind: str, queue: str) -> None:
        photo = f"{self.broker}-{queue}-{kind}"
        job = self.app.send_task(f"crashes.{kind}", [photo], queue=queue)
        if kind == "retrying":
            wait_until(lambda: job.state == "FAILURE", 60, "the retries to end")
            end = f"`{job.state}`"
        elif queue == "limited":
            wait_until(lambda: self.count(photo, "begun") == 4, 60, "four crashes")
            self.nothing_is_left()
            end = "dropped by the broker"
        else:
            wait_until(lambda: self.count(photo, "begun") > 4, 60, "more than four crashes")
            (self.space.path / "fixed").touch()
            wait_until(lambda: job.state == "SUCCESS", 60, "the job to end")
            (self.space.path / "fixed").unlink()
            end = "none, until we mended it"
        self.crashes[f"{kind}-{queue}"] = (self.count(photo, "begun"), end)


@pytest.fixture(scope="class")
def stories(together, brokers):
    """Both brokers' drills, done."""
    together.copy(PAGE)
    told = {}
    for broker in URLS:
        story = told[broker] = Story(together, broker, brokers)
        story.kill_children_at_work()
        if broker == "Redis":
            story.outlive_the_visibility_timeout()
        story.charge_while_workers_are_killed()
        story.crash("rejecting", "celery")
        story.crash("retrying", "celery") if broker == "Redis" else story.crash("rejecting", "limited")
        if broker == "Redis":
            assert story.next.stop() == 0  # one worker that ends in peace notes which lines ran
            story.next = story.worker()
            story.kill_frozen_worker()
    return told


class TestDrills:
    def test_what_is_run_again_depends_on_settings_and_on_what_died(self, stories, captured):
        rows = ["Killed | Settings | Redis: begun, done, state | RabbitMQ: begun, done, state"]
        for drill, what in (("child", "one process of the pool"), ("worker", "the whole worker")):
            for task in TASKS:
                cells = [f"{b}, {d}, `{s}`" for b, d, s in (s.runs[f"{drill}-{task}"] for s in stories.values())]
                settings = {
                    "early": "none (early ack)",
                    "late": "`acks_late`",
                    "late_reject": "`acks_late`, `reject_on_worker_lost`",
                }[task]
                rows.append(" | ".join([what, settings, *cells]))
        for story in stories.values():
            assert story.runs == {
                "child-early": (1, 0, "FAILURE"),
                "child-late": (1, 0, "FAILURE"),
                "child-late_reject": (2, 1, "SUCCESS"),
                "worker-early": (1, 0, "STARTED"),
                "worker-late": (2, 1, "SUCCESS"),
                "worker-late_reject": (2, 1, "SUCCESS"),
            }
        captured(f"{PAGE}/matrix.table", "\n".join(rows) + "\n")

    def test_200_orders_are_paid_once_each_while_workers_are_killed(self, stories, captured):
        rows = ["Broker | Orders | Killed children | Killed workers | Runs | Payments"]
        for broker, story in stories.items():
            assert story.paid() == 200
            assert story.begun() > 200, "some were run again, so without a key they had been paid twice"
            assert story.killed_children == 4
            rows.append(
                f"{broker} | 200 | {story.killed_children} | {story.killed_workers} | more than 200 | {story.paid()}"
            )
        captured(f"{PAGE}/chaos.table", "\n".join(rows) + "\n")

    def test_job_that_crashes_its_process_is_run_again_until_something_ends_it(self, stories, captured):
        kept, rabbit = stories["Redis"].crashes, stories["RabbitMQ"].crashes
        rows = ["Setting | Queue | Crashes | End"]
        for queue, found in (("Redis", kept), ("RabbitMQ, classic", rabbit)):
            assert found["rejecting-celery"][0] > 4
            rows.append(f"`reject_on_worker_lost` | {queue} | more than 4 | {found['rejecting-celery'][1]}")
        crashes, end = rabbit["rejecting-limited"]
        rows.append(f"`reject_on_worker_lost` | RabbitMQ, quorum, delivery limit 3 | {crashes} | {end}")
        crashes, end = kept["retrying-celery"]
        rows.append(f"`retry_on_worker_lost`, `max_retries=2` | Redis | {crashes} | {end}")
        captured(f"{PAGE}/crashes.table", "\n".join(rows) + "\n")

    def test_broker_is_killed_while_workers_work(self, stories, together, brokers, captured):
        story = stories["RabbitMQ"]
        third = story.worker(QUEUE="cancelling", CANCEL="yes")
        second = story.worker(QUEUE="deduplicating", DEDUPLICATE="yes")
        story.hold()
        queues = ("celery", "deduplicating", "cancelling")
        names = [story.send(f"restart-{queue}", queue=queue, tasks=["late"])[0] for queue in queues]
        at_work = int(story.lines(names[2])[0][0])
        brokers.rabbitmq.kill()
        assert not brokers.rabbitmq.running
        wait_until(lambda: not alive(at_work), 30, "the third worker to end its job")
        story.release()
        for name in names[:2]:
            wait_until(lambda name=name: story.app.AsyncResult(name).state == "SUCCESS", 30, f"{name} to be done")
        assert story.count(names[2], "done") == 0
        brokers.rabbitmq.start()
        second.wait_for("Task already completed successfully", 60)
        for name in (names[0], names[2]):
            wait_until(lambda name=name: story.count(name, "begun") == 2, 30, f"{name} to begin again")
        lost = "Couldn't ack 1, reason:RecoverableConnectionError(None, 'connection already closed', None, '')"
        assert lost in second.wait_for("Couldn.t ack")
        for name, times in zip(names, (2, 1, 1), strict=True):
            wait_until(lambda name=name, times=times: story.count(name, "done") == times, 30, f"{name} to end")
        assert second.stop() == 0
        assert third.stop() == 0
        rows = ["Broker | Setting of the worker | Begun | Done"]
        for name, setting in zip(
            names,
            (
                "none",
                "`worker_deduplicate_successful_tasks`",
                "`worker_cancel_long_running_tasks_on_connection_loss`",
            ),
            strict=True,
        ):
            rows.append(f"RabbitMQ | {setting} | {story.count(name, 'begun')} | {story.count(name, 'done')}")
        story.kill_frozen_worker()
        story = stories["Redis"]
        name = story.kill_redis_at_work()
        rows.append(f"Redis, which saves nothing here | none | {story.count(name, 'begun')} | 1")
        captured(f"{PAGE}/restart.table", "\n".join(rows) + "\n")

    def test_job_that_redis_just_handed_out_goes_down_with_the_worker(self, stories):
        assert stories["Redis"].frozen == "lost", "although its task has acks_late"
        assert stories["RabbitMQ"].frozen == "kept"

    def test_displayed_tasks_end_when_nobody_is_killed(self, together):
        """What a killed process ran is not measured: here the same lines end."""
        together.run(
            "python", "-c", "import os, crashes; os.kill = print\ncrashes.rejecting('a'); crashes.retrying('b')"
        )
        hold = (
            "from pathlib import Path\nfrom threading import Timer\n"
            "Path('hold').touch()\nTimer(0.2, Path('hold').unlink).start()"
        )
        tasks = "import orders as o\nfor task in (o.early, o.late, o.late_reject): task(task.name)"
        together.run("python", "-c", f"{hold}\n{tasks}")
        together.run("python", "-c", "from payments import charge\ncharge('order-1')\ncharge('order-1')")
        with sqlite3.connect(together.path / "shop.db") as db:
            assert db.execute("SELECT count(*) FROM payments WHERE orderno = 'order-1'").fetchone() == (1,)
        for name in ("early", "late", "late_reject"):
            assert (together.path / f"orders.{name}.txt").read_text().splitlines()[-1].endswith("done")


def test_message_of_a_failed_job_is_rejected_and_of_a_hanging_one_requeued(workspace, brokers, rabbitmq, captured):
    workspace.copy(PAGE)
    redis = brokers.redis.client()
    redis.flushall()
    space = workspace
    rows = ["What the job does | Setting | Redis | RabbitMQ"]
    found = {}
    for broker, url in URLS.items():
        env = {"BROKER_URL": url}
        app = Celery("test", broker=url, backend="redis://localhost:6379/1")
        if broker == "RabbitMQ":
            with app.connection_for_write() as connection:
                Queue("failed", routing_key="failed", durable=True)(connection.default_channel).declare()
        worker = space.start("celery", "-A", "invoices", "worker", "-c1", "-Q", "invoices", "--without-mingle", env=env)
        worker.wait_for("task events")
        hanging, raising = f"{broker}-hanging", f"{broker}-raising"
        send = "from invoices import *; import sys; print(%s.delay(sys.argv[1]).id)"
        job = app.AsyncResult(space.run("python", "-c", send % "write_invoice", raising, env=env).strip())
        wait_until(lambda job=job: job.state == "FAILURE", 30, "the failure")
        if broker == "Redis":
            wait_until(lambda: not redis.exists("invoices", "unacked"), 30, "the message to be gone")
            end = "gone"
        else:
            wait_until(lambda: rabbitmq.queue_depth("failed") == 1, 30, "the dead letter")
            end = "dead-lettered"
        found[broker] = [f"`FAILURE`, message {end}"]
        space.run("python", "-c", send % "print_invoice", hanging, env=env)
        begun = space.path / f"{hanging}.txt"

        def times(begun=begun) -> int:
            return len(begun.read_text().splitlines()) if begun.exists() else 0

        if broker == "Redis":
            wait_until(lambda times=times: times() > 2, 60, "the job to begin a third time")
            found[broker].append("begun again and again, more than 2 times")
        else:
            wait_until(lambda: rabbitmq.queue_depth("failed") == 2, 60, "the second dead letter")
            found[broker].append(f"begun {times()} times, then dead-lettered")
        worker.kill()
    for row, what in enumerate(
        (
            "raises | `acks_on_failure=False`",
            "hangs, until `time_limit` | `acks_on_timeout=False`",
        )
    ):
        rows.append(f"{what} | {found['Redis'][row]} | {found['RabbitMQ'][row]}")
    captured(f"{PAGE}/invoices.table", "\n".join(rows) + "\n")
    ended = (
        "import invoices as i; i.time.sleep = print; i.print_invoice('x')\n"
        "try: i.write_invoice('y')\nexcept KeyError as error: print(error)"
    )
    assert space.run("python", "-c", ended) == "30\n'y'\n"


def test_killed_child_is_a_failure_that_the_caller_sees(terminal, workspace, redis_server):
    workspace.copy(PAGE)
    terminal(f"{PAGE}/kill_child.console")
    wait_until(lambda: not alive(int((workspace.path / "worker.pid").read_text())), 30, "the worker to end")


def test_defaults():
    conf = Celery("test").conf
    assert not conf.task_acks_late
    assert not conf.task_reject_on_worker_lost
    assert not conf.task_retry_on_worker_lost
    assert not conf.worker_deduplicate_successful_tasks
    assert not conf.worker_cancel_long_running_tasks_on_connection_loss
    assert conf.task_acks_on_failure_or_timeout

    @Celery("test").task
    def plain() -> None:
        """Has no options."""

    assert plain.acks_on_failure
    assert plain.acks_on_timeout
    assert conf.worker_prefetch_multiplier == 4
    assert Channel.visibility_timeout == 3600
    assert Channel.unacked_restore_interval * Channel.unacked_restore_throttle == 100


def test_worker_and_rabbitmq_agree_on_heartbeats_of_a_minute(workspace, rabbitmq):
    (workspace.path / "quiet.py").write_text(
        "from celery import Celery\napp = Celery('quiet', broker='amqp://guest:guest@localhost:5672//')\n"
    )
    worker = workspace.start("celery", "-A", "quiet", "worker", "-c", "1", "--loglevel=INFO", "--without-mingle")
    worker.wait_for("ready")
    agreed = rabbitmq.ctl("list_connections", "--quiet", "timeout").split()
    assert set(agreed) - {"timeout"} == {"60"}, "Celery asks for 120 seconds, RabbitMQ for 60"
    worker.kill()
