"""What docs/celery/alternatives.md promises: which task queue loses, repeats and delays tasks, and by which fault.

An ordinary run packs a few orders with each library, kills its worker once, and compares what was lost with the
table of the whole experiment. `GUIDE_CRASHES=1` runs the whole experiment, 200 orders and every fault, and writes the
tables. It takes about a quarter of an hour:

    GUIDE_CRASHES=1 .venv/bin/python -m harness update -- tests/celery/test_alternatives.py
"""

from __future__ import annotations

import contextlib
import http.client
import inspect
import os
import signal
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest
from celery import Celery
from dramatiq.brokers.redis import DEFAULT_HEARTBEAT_TIMEOUT, DEFAULT_MAINTENANCE_CHANCE, MAINTENANCE_SCALE
from dramatiq.middleware import Retries
from rq import Queue
from rq.defaults import DEFAULT_MAINTENANCE_TASK_INTERVAL, DEFAULT_WORKER_TTL
from taskiq.acks import AcknowledgeType
from taskiq.cli.worker.args import WorkerArgs
from taskiq_aio_pika import Queue as TaskiqQueue
from taskiq_redis import RedisStreamBroker

from harness import ROOT, measure
from harness.process import WaitError, descendants, wait_until
from harness.proof.runners import compare
from harness.proof.runners.tables import Cell, table
from harness.proof.runners.workspace import Process, Workspace

PAGE = "celery/alternatives"
WHOLE = os.environ.get("GUIDE_CRASHES") == "1"
ORDERS, POINTS = (200, 20) if WHOLE else (8, 1)
FREEZE = 100 if WHOLE else 0  # seconds; RQ needs 65 to notice that a worker does not answer
AT_ONCE = threading.Semaphore(3 if WHOLE else 9)  # libraries whose workers are killed and started again
PATIENCE = 300 if WHOLE else 90  # seconds for any step, on a busy machine
HEAD = ("Library", "Lost", "Started again", "Done twice", "Longest delay")
pytestmark = pytest.mark.timeout(3000 if WHOLE else 600)


@dataclass(frozen=True)
class Library:
    """One library on one broker: how a reader would start its worker. `quiet`: seconds without any progress, with work
    left, after which the experiment believes that nothing more comes by itself."""

    name: str
    package: str
    program: str
    worker: tuple[str, ...]
    broker: str = "Redis"
    quiet: float = 30 if WHOLE else 10
    stop: signal.Signals = signal.SIGTERM  # ends it after the present order

    @property
    def title(self) -> str:
        return f"{self.name} {version(self.package)}" + (f", {self.broker}" if self.broker else "")


CELERY = ("celery", "-A", "celery_orders", "worker", "-c", "1", "--without-mingle")
DRAMATIQ = ("dramatiq", "dramatiq_orders", "--processes", "1", "--threads", "1")
TASKIQ = ("taskiq", "worker", "taskiq_orders:broker", "--workers", "1", "--max-async-tasks", "1")
RQ = ("rq", "worker", "orders", "--worker-ttl", "20", "--maintenance-interval", "5", "--job-monitoring-interval", "5")
LIBRARIES = (
    Library("Celery", "celery", "celery_orders", CELERY, "RabbitMQ"),
    Library("Celery", "celery", "celery_orders", CELERY),
    Library("RQ", "rq", "rq_orders", RQ, quiet=150),
    Library("Dramatiq", "dramatiq", "dramatiq_orders", DRAMATIQ, "RabbitMQ"),
    Library("Dramatiq", "dramatiq", "dramatiq_orders", DRAMATIQ),
    Library("Huey", "huey", "huey_orders", ("huey_consumer", "huey_orders.huey"), stop=signal.SIGINT),
    Library("Taskiq", "taskiq", "taskiq_orders", TASKIQ, "RabbitMQ"),
    Library("Taskiq", "taskiq", "taskiq_orders", TASKIQ, quiet=30 if WHOLE else 3),
    Library("FastAPI `BackgroundTasks`", "fastapi", "fastapi_orders", ("uvicorn", "fastapi_orders:app"), ""),
)
LOSES = ("Huey", "FastAPI `BackgroundTasks`")  # what both say of themselves

# What the workers run, once more where it is measured.
DIRECTLY = """
import fastapi_orders, huey_orders, orders
from fastapi import BackgroundTasks

huey_orders.again("interrupted", huey_orders.pack_order.s(1))
background = BackgroundTasks()
assert fastapi_orders.accept(1, background) == {"order": 1} and len(background.tasks) == 1
orders.pack(1)
"""


@dataclass
class Outcome:
    """What one trial counted. `delay`: the longest time between the start of an order, or of one that was sent later,
    and its end."""

    lost: int
    again: int
    twice: int
    delay: float
    notes: tuple[str, ...] = ()

    def cells(self) -> list[Cell]:
        # That nothing was lost is a promise; any other number is the one of this run.
        lost = Cell(f"counted: {self.lost}" if self.lost else "0")
        return [lost, Cell(f"counted: {self.again}"), Cell(f"counted: {self.twice}"), Cell(f"{self.delay:.1f} s")]


class Trial:
    """One library under one fault after the other, with a supervisor that starts its worker again when it ends."""

    starting = threading.Lock()  # a workspace starts one program at a time

    def __init__(self, shop: Workspace, library: Library, number: int, redis_port: int) -> None:
        self.shop, self.library = shop, library
        self.log = shop.path / f"orders-{number}.log"
        self.log.touch()
        self.port = 8000 + 10 * number
        self.first = 0  # number of the first order under the present fault
        self.accepted: set[int] = set()
        self.notes: list[str] = []
        self.started = 0  # workers
        redis_url = f"redis://localhost:{redis_port}/0"
        self.env = {
            "ORDERS_LOG": self.log.name,
            "REDIS_URL": redis_url,
            "RQ_REDIS_URL": redis_url,
            "BROKER": library.broker.lower(),
            "TAKEOVER": "10" if WHOLE else "2",
            "dramatiq_queue_prefetch": "1",
        }
        self.start()

    @property
    def web(self) -> bool:
        return not self.library.broker

    def program(self, *argv: str, measured: bool = True) -> Process:
        with self.starting:
            return self.shop.start(*argv, env=self.env if measured else {**self.env, measure.VARIABLE: ""})

    def start(self) -> None:
        self.started += 1
        options: tuple[str, ...] = ()
        if self.web:
            options = ("--port", str(self.port))
        elif self.library.name == "Celery":
            options = ("-n", f"worker-{self.started}@%h")  # two of one name get in each other's way
        # Most workers are killed, and what a killed one ran is not measured.
        self.worker = self.program(*self.library.worker, *options, measured=False)

    def supervise(self) -> None:
        if self.worker.returncode is not None:
            self.notes.append(f"worker ended with {self.worker.returncode}: {self.worker.output()[-1500:]}")
            self.start()

    def events(self) -> list[tuple[float, str, int]]:
        """Time, "begun" or "done", and the order, under the present fault."""
        lines = [line.split() for line in self.log.read_text().splitlines()]
        events = [(float(at), what, int(order)) for at, what, order in lines]
        return [event for event in events if event[2] >= self.first]

    def orders(self, wanted: str) -> set[int]:
        return {order for _, what, order in self.events() if what == wanted}

    def missing(self) -> set[int]:
        return self.accepted - self.orders("done")

    def wait(self, condition: Callable[[], object], what: str) -> None:
        def met() -> object:
            self.supervise()
            return condition()

        try:
            wait_until(met, PATIENCE, f"{self.library.title}: {what}")
        except WaitError as error:
            raise AssertionError(f"{error}: {self.events()[-5:]}\n{self.worker.output()[-2000:]}") from None

    def send(self, count: int) -> None:
        """Send orders; return when the library, or the web server, has said that it has them."""
        start = max(self.accepted, default=self.first - 1) + 1
        if not self.web:
            # The orders wait for the fault, and not the fault for the orders.
            self.signal(signal.SIGSTOP)
            sender = self.program("python", f"{self.library.program}.py", str(start), str(start + count))
            assert sender.wait(PATIENCE) == 0, sender.output()
            self.accepted |= set(range(start, start + count))
            self.signal(signal.SIGCONT)
            return
        for order in range(start, start + count):
            while not self.post(order):
                time.sleep(0.02)
            self.accepted.add(order)
            time.sleep(0.1)  # about as fast as one worker packs

    def post(self, order: int) -> bool:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/orders/{order}", method="POST")
        try:
            with urllib.request.urlopen(request, timeout=3) as answer:
                return bool(answer.status == 202)
        except (OSError, http.client.HTTPException):  # refused or cut off: not accepted
            return False

    @contextlib.contextmanager
    def sending(self) -> Iterator[None]:
        """All orders: a broker has them before the fault, a web server receives them meanwhile."""
        self.first += 1000
        self.accepted, self.notes = set(), []
        if not self.web:
            self.send(ORDERS)
            yield
            return
        sender = threading.Thread(target=self.send, args=(ORDERS,))
        sender.start()
        yield
        self.wait(lambda: not sender.is_alive(), "all orders to be accepted")

    def await_packing(self, count: int) -> None:
        """Wait until `count` orders were started, and the last one is not done yet."""

        def packing() -> bool:
            events = self.events()
            if not self.web and not self.missing():  # too busy a machine to catch one: try with more
                self.send(4)
            return len(self.orders("begun")) >= count and events[-1][1] == "begun"

        self.wait(packing, f"order {count} to begin")

    def signal(self, number: signal.Signals) -> None:
        """To the worker and everything that it started, whatever their process groups."""
        for pid in (self.worker.pid, *descendants(self.worker.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGSTOP)  # so that none of them does anything between the first kill and the last
        for pid in descendants(self.worker.pid):
            os.kill(pid, signal.SIGKILL)
        self.worker.kill()

    def settled(self) -> bool:
        """Whether nothing more can come: all is done, or a queue that knows no acknowledgements has come to its end."""
        return not self.missing() or (self.library.name in LOSES and max(self.accepted) in self.orders("done"))

    def all_done(self, quiet: float) -> bool:
        """Wait until everything that was accepted is done: True; nothing has happened for `quiet` seconds: False."""
        seen, since = -1, time.monotonic()
        while not self.settled():
            self.supervise()
            if len(events := self.events()) != seen:
                seen, since = len(events), time.monotonic()
            if time.monotonic() - since > quiet:
                return False
            time.sleep(0.05)
        return True

    def finish(self) -> Outcome:
        """Let everything come to its end: by itself, with the next order, with another worker."""
        if self.web:  # it holds its orders in memory, and SIGTERM lets them end
            self.worker.stop()
            self.start()
            return self.outcome()
        if not WHOLE and self.library.name == "RQ":
            self.expire()
        if self.all_done(self.library.quiet):
            return self.outcome()
        left = self.missing()
        for attempt in range(10):
            self.send(1)
            if self.all_done(self.library.quiet):
                self.notes.append(f"{len(left)} only after the next order was sent, {attempt + 1} times")
                return self.outcome()
        self.kill()
        self.start()
        self.notes.append(f"{len(left)} were missing; by a new worker: {self.all_done(PATIENCE)}")
        return self.outcome()

    def expire(self) -> None:
        """RQ believes for 65 seconds in a worker that died. Do at once what another worker does after that."""
        program = (
            "import time; from rq_orders import queue; "
            "queue.started_job_registry.cleanup(time.time() + 100); print(queue.started_job_registry.count)"
        )
        assert self.program("python", "-c", program).wait(PATIENCE) == 0

    def outcome(self) -> Outcome:
        events = self.events()
        begun, done = (Counter(order for _, what, order in events if what == one) for one in ("begun", "done"))
        first = {(what, order): at for at, what, order in reversed(events)}
        delays, earliest = [0.0], float("inf")
        for order in sorted(self.accepted, reverse=True):
            earliest = min(earliest, first.get(("begun", order), earliest))
            if ("done", order) in first:
                delays.append(first["done", order] - earliest)
        return Outcome(
            lost=len(self.missing()),
            again=sum(count > 1 for count in begun.values()),
            twice=sum(count > 1 for count in done.values()),
            delay=max(delays),
            notes=tuple(self.notes),
        )

    # --- the faults ---

    def killed(self) -> Outcome:
        with AT_ONCE:
            with self.sending():
                for point in range(POINTS):
                    self.await_packing(ORDERS * (2 * point + 1) // (2 * POINTS))
                    time.sleep(0.006 * point)  # from the start of the work until after its end
                    self.kill()
                    self.start()
            return self.finish()

    def frozen(self) -> Outcome:
        with self.sending():
            self.await_packing(ORDERS // 2)
            first = self.worker
            if self.web:
                self.port += 1
            self.signal(signal.SIGSTOP)
            self.start()  # a second one
            until = time.monotonic() + FREEZE

            def second_idles() -> bool:
                sent = len(self.accepted) == ORDERS
                return sent and len(self.missing()) <= (5 if self.web else 1) and time.monotonic() > until

            self.wait(second_idles, "the second worker to do the rest")
            second, self.worker = self.worker, first
            self.signal(signal.SIGCONT)
            try:
                first.stop(self.library.stop)
            except AssertionError:  # which has killed it
                self.notes.append("the first worker did not end at its signal")
            self.worker = second
        return self.finish()

    def without_broker(self, down: threading.Barrier, up: threading.Barrier) -> Outcome:
        with self.sending():
            self.await_packing(ORDERS // 4)
            self.signal(signal.SIGSTOP)  # until all are in the middle of an order
            down.wait(PATIENCE)
            self.signal(signal.SIGCONT)
            up.wait(PATIENCE)
        return self.finish()


def table_of(libraries: Sequence[Library], outcomes: Sequence[Outcome], shown: Path) -> str:
    """The text of a table. An ordinary run is compared with the table of the whole experiment, so it takes the names
    and versions from there."""
    titles = [library.title for library in libraries]
    if not WHOLE:
        titles = [line.split(" | ")[0] for line in shown.read_text().splitlines()[1:]]
        assert [title.split()[0] for title in titles] == [library.name.split()[0] for library in libraries]
    return table(HEAD, *([title, *outcome.cells()] for title, outcome in zip(titles, outcomes, strict=True)))


def test_each_library_loses_what_the_tables_say(workspace, new_redis, rabbitmq, captured):
    workspace.copy(PAGE)
    redis = new_redis(port=6390, args=["--appendonly", "yes"])
    trials = [Trial(workspace, library, number, redis.port) for number, library in enumerate(LIBRARIES)]
    queued = [trial for trial in trials if not trial.web]

    def stop_brokers() -> None:
        redis.kill()
        rabbitmq.kill()

    def start_brokers() -> None:
        time.sleep(3 if WHOLE else 0)
        redis.start()
        rabbitmq.start()

    def at_once(fault: Callable[[Trial], Outcome], trials: Sequence[Trial]) -> list[Outcome]:
        with ThreadPoolExecutor(len(trials)) as pool:
            return list(pool.map(fault, trials))

    down, up = (threading.Barrier(len(queued), action) for action in (stop_brokers, start_brokers))
    results = {
        "killed": (trials, at_once(Trial.killed, trials)),
        "frozen": (trials, at_once(Trial.frozen, trials)),
        "restarted": (queued, at_once(lambda trial: trial.without_broker(down, up), queued)),
    }
    for name, (tried, outcomes) in results.items():
        for trial, outcome in zip(tried, outcomes, strict=True):
            print(name, trial.library.title, outcome)
    workspace.run("python", "-c", DIRECTLY, env=trials[5].env, timeout=PATIENCE)
    for name, (tried, outcomes) in results.items():
        libraries = [trial.library for trial in tried]
        for library, outcome in zip(libraries, outcomes, strict=True):
            if name == "killed" and library.name in LOSES:
                assert outcome.lost, f"{library.title} lost nothing"
            else:
                assert not outcome.lost, f"{name}: {library.title} lost {outcome}"
        file = f"{PAGE}/{name}.table"
        text = table_of(libraries, outcomes, ROOT / "snippets" / file)
        if WHOLE and compare.updating():
            (ROOT / "snippets" / file).unlink(missing_ok=True)  # new numbers, even of the same shape
        captured(file, text)


def test_page_names_the_commands_that_the_test_runs():
    page = (ROOT / "docs" / f"{PAGE}.md").read_text()
    for library in LIBRARIES:
        assert f"`{' '.join(library.worker)}`" in page


def test_defaults_that_the_page_names():
    conf = Celery("test").conf
    assert (conf.task_acks_late, conf.task_reject_on_worker_lost) == (False, None)
    assert DEFAULT_WORKER_TTL - 15 == 405
    assert DEFAULT_MAINTENANCE_TASK_INTERVAL == 600
    assert Queue.DEFAULT_TIMEOUT == 180
    assert DEFAULT_HEARTBEAT_TIMEOUT == 60_000
    assert DEFAULT_MAINTENANCE_CHANCE / MAINTENANCE_SCALE == 0.001
    assert inspect.signature(Retries).parameters["max_retries"].default == 20
    stream = inspect.signature(RedisStreamBroker).parameters
    assert (stream["idle_timeout"].default, stream["xread_count"].default) == (600_000, 100)
    assert (stream["maxlen"].default, inspect.signature(TaskiqQueue).parameters["type"].default) == (None, "quorum")
    assert WorkerArgs.__dataclass_fields__["ack_type"].default is AcknowledgeType.WHEN_SAVED
