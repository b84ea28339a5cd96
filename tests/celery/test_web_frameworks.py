"""What docs/celery/web-frameworks.md promises."""

import signal
import subprocess
import uuid
from datetime import timedelta

import anyio.to_thread
import httpx2
import pytest
from celery import Celery
from celery.backends.asynchronous import E_RETRY_LIMIT_EXCEEDED
from celery.backends.base import Backend

from harness.process import wait_until

PAGE = "celery/web_frameworks"
PATIENCE = 90  # seconds, for what takes one or two on a machine with nothing else to do
RUNNING = "Uvicorn running on"
RABBITMQ = {"BROKER_URL": "amqp://guest:guest@localhost:5672//"}
REDIS = {"BROKER_URL": "redis://localhost:6379/0"}
pytestmark = pytest.mark.timeout(300)  # steps may take 90 s each where the machine is busy


@pytest.fixture(scope="class")
def web(together):
    """The page's three applications on ports 8000, 8001 and 8002."""
    together.copy(PAGE)
    names = ("app", "careless", "awaiting")
    servers = [
        together.start("uvicorn", f"{name}:app", "--port", str(port), env=REDIS)
        for port, name in enumerate(names, 8000)
    ]
    for server in servers:
        server.wait_for(RUNNING, timeout=PATIENCE)
    yield servers
    for server in servers:
        server.send(signal.SIGINT)
    for server in servers:
        wait_until(lambda: server.returncode is not None, PATIENCE, f"{server.argv} to end")  # noqa: B023


@pytest.fixture(scope="class")
def worker(together):
    together.copy(PAGE)
    worker = together.start("celery", "-A", "tasks", "worker", "--loglevel=INFO", "--without-mingle", "-c2", env=REDIS)
    worker.wait_for("ready", timeout=PATIENCE)
    yield worker
    worker.stop(timeout=PATIENCE)


@pytest.mark.usefixtures("web", "worker")
class TestFastAPI:
    def test_job_is_accepted_watched_and_an_unknown_one_is_404(self, play):
        play(f"{PAGE}/ask.console")

    def test_answer_says_where_to_look(self, captured):
        answer = httpx2.post("http://localhost:8000/orders/1002/invoice", timeout=20)
        assert httpx2.post("http://localhost:8002/orders/1002/invoice", timeout=20).status_code == 202
        shown = [f"HTTP/1.1 {answer.status_code} {answer.reason_phrase}"]
        shown += [f"{name}: {answer.headers[name]}" for name in ("location", "content-type")]
        captured(f"{PAGE}/accepted.http", "\n".join([*shown, "", answer.text]) + "\n")

    def test_celery_says_pending_of_an_id_that_nobody_was_given(self, play):
        play(f"{PAGE}/any_text.console")

    def test_waiting_for_a_result_in_an_async_view_holds_up_other_visitors(self, play):
        play(f"{PAGE}/wait.console")

    def test_frozen_broker_holds_up_everybody_or_only_its_own_visitor(self, play, worker, brokers):
        # Looked at are the web servers. A worker whose Redis is away may search for it for ever, so it ends in peace.
        worker.stop(timeout=PATIENCE)
        brokers.redis.freeze()
        assert brokers.redis.frozen
        try:
            play(f"{PAGE}/frozen.console")
        finally:
            brokers.redis.thaw()

    def test_killed_broker_is_answered_with_503_and_its_return_with_202(self, play, worker, brokers):
        worker.stop(timeout=PATIENCE)  # the test before did, unless this one runs alone
        pid = brokers.redis.pid
        brokers.redis.kill()
        assert not brokers.redis.running
        play(f"{PAGE}/killed.console")
        answer = httpx2.post("http://localhost:8000/orders/1003/invoice", timeout=20)
        assert answer.headers["Retry-After"] == "60"
        assert httpx2.get(f"http://localhost:8000/jobs/{uuid.uuid4()}", timeout=20).status_code == 503
        assert httpx2.get("http://localhost:8000/health", timeout=20).status_code == 200
        brokers.redis.start()
        assert brokers.redis.pid != pid
        accepted = lambda: httpx2.post("http://localhost:8000/orders/1003/invoice", timeout=20).status_code == 202  # noqa: E731
        wait_until(accepted, PATIENCE, "jobs to be accepted again")


def test_plain_views_share_forty_threads():
    async def count() -> float:
        return anyio.to_thread.current_default_thread_limiter().total_tokens

    assert anyio.run(count) == 40


def test_result_backend_asks_twenty_times_a_second_apart():
    policy = Backend.retry_policy
    assert (policy["max_retries"], policy["interval_step"], policy["interval_max"]) == (20, 1, 1)
    assert (
        "Retry limit exceeded while trying to reconnect to the Celery result store\nbackend." in E_RETRY_LIMIT_EXCEEDED
    )
    assert Celery().conf.result_expires == timedelta(days=1)


# One line in, one line out: "broker results settings warm", then "ready"; any line, then the outcome of each caller.
DRILL = """
import os, runpy, sys, threading, time
from celery import Celery
from kombu.exceptions import OperationalError
from redis import RedisError
from tasks import make_invoice

def caller(broker, results, settings, warm):
    os.environ["BROKER_URL"] = broker
    module = runpy.run_path("tasks.py")
    app, task = module["jobs"], module["make_invoice"]
    app.conf.result_backend = results
    def send(name):
        app.backend.store_result(name, None, "ACCEPTED")
        task.apply_async([1001], task_id=name, confirm_timeout=2, retry_policy=module["ONCE_MORE"])
    if settings == "default":
        app = Celery("default", broker=broker, backend=results, set_as_current=False)
        task = app.task(make_invoice.run, name="tasks.make_invoice")
        send = lambda name: task.apply_async([1001], task_id=name)
    if warm == "warm":
        send("before")
    return send

def publish(number, send, name):
    try:
        send(name)
        outcomes[number] = "counts as sent"
    except (OperationalError, RedisError, RuntimeError) as error:
        outcomes[number] = type(error).__name__

cases = [line.split() for line in sys.argv[2:]]
sends = [caller(*case) for case in cases]
print("ready", flush=True)
sys.stdin.readline()
outcomes = ["waits, for more than 14 s"] * len(cases)
threads = [
    threading.Thread(target=publish, args=[n, send, sys.argv[1] + "-" + cases[n][2]], daemon=True)
    for n, send in enumerate(sends)
]
for thread in threads:
    thread.start()
deadline = time.monotonic() + 14
for thread in threads:
    thread.join(max(0, deadline - time.monotonic()))
print("|".join(outcomes), flush=True)
os._exit(0)
"""


def test_what_publishing_does_while_the_broker_is_away(workspace, redis_server, rabbitmq, new_redis, captured):
    """Killed: asked for the first time. Frozen: on the connection that served before."""
    workspace.copy(PAGE)
    frozen, killed = new_redis(port=6380), new_redis(port=6381)
    healthy = "redis://localhost:6379/1"
    rabbit = RABBITMQ["BROKER_URL"]

    def begin(name: str, *cases: str) -> subprocess.Popen[str]:
        caller = subprocess.Popen(
            ["python", "-c", DRILL, name, *(f"{case[0]} {case[1]} {settings} {case[2]}" for case in cases
              for settings in ("default", "page"))],
            cwd=workspace.path, env=workspace.env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert caller.stdout.readline() == "ready\n"
        return caller

    def outcomes(caller: subprocess.Popen[str]) -> list[str]:
        return caller.communicate("\n", timeout=60)[0].strip().split("|")

    first = begin(
        "frozen",
        ("redis://localhost:6380/0", "redis://localhost:6380/1", "warm"),
        ("redis://localhost:6381/0", "redis://localhost:6381/1", "cold"),
        (rabbit, healthy, "warm"),
    )
    second = begin("killed", (rabbit, healthy, "cold"))
    frozen.freeze()
    rabbitmq.freeze()
    killed.kill()
    assert frozen.frozen
    assert rabbitmq.frozen
    assert not killed.running
    found = outcomes(first)
    rabbitmq.thaw()

    inspect = "import tasks\nwith tasks.jobs.connection() as c:\n q = c.SimpleQueue('celery')\n while True:\n"
    inspect += "  m = q.get(timeout=2)\n  m.ack()\n  print(m.headers['id'], flush=True)"
    said = workspace.run("python", "-c", inspect, env=RABBITMQ, status=1)
    assert "frozen-default\n" in said, "written into the connection, and read after the thaw"
    assert "frozen-page\n" in said, "the caller was told of an error, and the job is there all the same"

    rabbitmq.kill()
    assert not rabbitmq.running
    found += outcomes(second)
    names = ("frozen Redis", "killed Redis", "frozen RabbitMQ", "killed RabbitMQ")
    rows = ["Broker | default settings | settings of this page"]
    rows += [f"{name} | {found[2 * n]} | {found[2 * n + 1]}" for n, name in enumerate(names)]
    captured(f"{PAGE}/publishing.table", "\n".join(rows) + "\n")


def test_worker_keeps_the_patience_of_celery(workspace):
    workspace.copy(PAGE)
    said = workspace.run("python", "-c", "import tasks; print(tasks.jobs.conf.task_publish_retry_policy)")
    assert said == f"{Celery().conf.task_publish_retry_policy}\n", "what a worker cannot send is lost"


def test_application_starts_without_its_broker_and_finds_it_later(workspace, redis_server):
    workspace.copy(PAGE)
    redis_server.kill()
    assert not redis_server.running
    server = workspace.start("uvicorn", "app:app")
    server.wait_for(RUNNING, timeout=PATIENCE)
    assert "no broker yet: Error 111 connecting to localhost:6379. Connection refused." in server.output()
    assert httpx2.get("http://localhost:8000/health", timeout=20).status_code == 200
    redis_server.start()
    assert httpx2.post("http://localhost:8000/orders/1001/invoice", timeout=20).status_code == 202
    assert redis_server.client().llen("celery") == 1
    server.stop(signal.SIGINT, timeout=PATIENCE)
