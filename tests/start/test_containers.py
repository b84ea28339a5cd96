"""What docs/start/containers.md promises. Namespaces play the containers: each has its own names and its own network.

A "place" is where a program runs: /etc/hosts and /etc/resolv.conf there are those of the test, and, if it is a
container of its own, so is `localhost`.
"""

import contextlib
import json
import os
import re
import signal
import socket
import threading
from pathlib import Path

import pika
import pytest
import redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from harness.lab.servers import RabbitMQ
from harness.process import alive, descendants, wait_until
from harness.proof.runners.tables import Cell, Label, table

PAGE = "start/containers"
COMPOSE = "capstone/deploy/docker-compose.yml"
KEY = "5e1f0c7d9a3b4826b7c04d5e6f718293"
URLS = {
    "REDIS_URL": "redis://redis:6379/0",
    "BROKER_URL": "amqp://guest:guest@rabbitmq:5672/",
    "SENTRY_DSN": f"http://{KEY}@bugsink:9000/1",
}
AT_LOCALHOST = {name: re.sub(r"(//|@)(redis|rabbitmq|bugsink):", r"\1localhost:", url) for name, url in URLS.items()}
ALONE = "127.0.0.1 localhost\n"
IN_THE_NETWORK = "127.0.0.1 localhost redis rabbitmq bugsink\n"
PLACE = "mount --bind hosts /etc/hosts && mount --bind resolv.conf /etc/resolv.conf"
pytestmark = pytest.mark.own_servers("needs namespaces of its own")


def place(workspace, hosts=ALONE, *, container=False):
    """The words that run a command in a place: these names, and `localhost` of its own if it is a container."""
    (workspace.path / "hosts").write_text(hosts)
    (workspace.path / "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    ready = f"{PLACE} && ip link set lo up" if container else PLACE
    return ["unshare", "--mount", *(["--net"] if container else []), "sh", "-c", f'{ready} && exec "$@"', "sh"]


@contextlib.contextmanager
def name_server():
    """A name server that knows no name."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 53))
        server.settimeout(0.2)
        ended = threading.Event()

        def answer() -> None:
            while not ended.is_set():
                with contextlib.suppress(TimeoutError):
                    question, sender = server.recvfrom(512)
                    # The same identity and question; "this is an answer", "no such name".
                    server.sendto(question[:2] + b"\x81\x83" + question[4:6] + bytes(6) + question[12:], sender)

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def test_each_place_has_its_own_names_and_its_own_localhost(workspace, redis_server, rabbitmq, ingest, captured):
    workspace.copy(f"{PAGE}/places.py")

    def look(where, urls):
        lines = workspace.run(*where, "python", "places.py", env=urls).splitlines()
        assert [line.partition(":")[0] for line in lines] == list(URLS)
        return lines[0].removeprefix("REDIS_URL: "), lines

    inside, lines = look(place(workspace, IN_THE_NETWORK), URLS)
    assert all(line.endswith("accepts connections") for line in lines)
    with name_server():
        outside, lines = look(place(workspace), URLS)
    assert all("Name or service not known" in line for line in lines)
    published, lines = look(place(workspace), AT_LOCALHOST)
    assert all(line.endswith("accepts connections") for line in lines)
    own, lines = look(place(workspace, container=True), AT_LOCALHOST)
    assert all(line.endswith("Connection refused") for line in lines)
    cut_off, lines = look(place(workspace, container=True), URLS)
    assert all("Temporary failure in name resolution" in line for line in lines)
    rows = [
        ["In a container of the same Compose network", Cell("`redis`"), Cell(inside)],
        ["On your machine, outside Compose", Cell("`redis`"), Cell(outside)],
        ["On your machine, with a published port", Cell("`localhost`"), Cell(published)],
        ["In a container", Cell("`localhost`"), Cell(own)],
        ["In a container without a network", Cell("`redis`"), Cell(cut_off)],
    ]
    captured(f"{PAGE}/places.table", table(["Where the program runs", "Host", "What it prints for `REDIS_URL`"], *rows))


# What each client says; the last word of the command line is "services" or "localhost".
CLIENTS = """
import asyncio, json, logging, sys
import aio_pika, celery, pika, redis, redis.asyncio

logging.disable()
redis_host, rabbitmq_host = {"services": ("redis", "rabbitmq"), "localhost": ("localhost", "localhost")}[sys.argv[1]]

async def ping():
    async with redis.asyncio.Redis.from_url(f"redis://{redis_host}:6379") as client:
        await client.ping()

async def connect():
    await aio_pika.connect(f"amqp://{rabbitmq_host}:5672/")

def send(url):
    app = celery.Celery(broker=url)
    app.conf.broker_transport_options = {"max_retries": 1, "interval_start": 0, "interval_step": 0}
    app.send_task("shop.confirm", retry=False)

said = {}
for name, call in {
    "redis-py": lambda: redis.Redis.from_url(f"redis://{redis_host}:6379").ping(),
    "redis-py, asyncio": lambda: asyncio.run(ping()),
    "pika": lambda: pika.BlockingConnection(pika.URLParameters(f"amqp://{rabbitmq_host}:5672/")),
    "aio-pika": lambda: asyncio.run(connect()),
    "Celery, `delay()`, Redis": lambda: send(f"redis://{redis_host}:6379/0"),
    "Celery, `delay()`, RabbitMQ": lambda: send(f"amqp://{rabbitmq_host}:5672//"),
}.items():
    try:
        call()
    except Exception as error:
        said[name] = f"{type(error).__name__}: {error}".strip()
print(json.dumps(said))
"""
SENTRY = """
import sentry_sdk
sentry_sdk.init("http://5e1f0c7d9a3b4826b7c04d5e6f718293@bugsink:9000/1", auto_enabling_integrations=False)
sentry_sdk.capture_message("the order failed")
sentry_sdk.flush(20)  # at its end, a program says how many events it still tries to send
"""
WORKER = ("worker", "--pool", "solo", "--without-mingle", "--without-gossip")


def test_each_client_words_an_unknown_name_in_its_own_way(workspace, redis_server, rabbitmq, captured):
    redis_server.stop()
    python = ["python", "-c"]
    with name_server():
        outside = place(workspace)
        workers = [
            workspace.start(*outside, "celery", "--broker", url, *WORKER)
            for url in (URLS["REDIS_URL"], "amqp://guest:guest@rabbitmq:5672//")
        ]
        silent = workspace.start(*outside, *python, SENTRY)
        unknown = json.loads(workspace.run(*outside, *python, CLIENTS, "services"))
        for name, worker in zip(("Redis", "RabbitMQ"), workers, strict=True):
            line = worker.wait_for(r"consumer: Cannot connect to .*")
            unknown[f"Celery's worker, {name}"] = re.search("consumer: Cannot connect to .*", line)[0]
            worker.kill()
        assert (silent.wait(), silent.output()) == (0, ""), "the SDK says nothing"
    refused = json.loads(workspace.run(*place(workspace, container=True), *python, CLIENTS, "localhost"))
    cut_off = json.loads(workspace.run(*place(workspace, container=True), *python, CLIENTS, "services"))
    for name, text in cut_off.items():
        same = unknown[name].replace("Name or service not known", "Temporary failure in name resolution")
        assert text == same.replace("-2", "-3"), name
    assert unknown["redis-py"] == "ConnectionError: Error -2 connecting to redis:6379. Name or service not known."
    assert refused["pika"] == "AMQPConnectionError:", "its message is empty"
    rows = [
        [name, Cell(f"`{text}`"), Cell(f"`{refused[name]}`") if name in refused else Label("the same, `Errno 111`")]
        for name, text in unknown.items()
    ]
    rows.append(["Sentry SDK", Label("nothing, unless `debug=True`"), Label("nothing, unless `debug=True`")])
    head = ["Client", "Service name, outside the network", "`localhost`, in a container"]
    captured(f"{PAGE}/errors.table", table(head, *rows))


def test_program_that_starts_before_its_servers_waits_for_them(workspace, redis_server, rabbitmq, captured):
    workspace.copy(f"{PAGE}/wait.py")
    redis_server.stop()
    program = workspace.start("python", "wait.py")
    program.wait_for("waiting: ")
    redis_server.start()
    assert program.wait() == 0
    captured(f"{PAGE}/wait.txt", program.output())


def test_program_waits_until_its_limit_and_not_for_a_wrong_password(workspace, redis_server, rabbitmq):
    workspace.copy(f"{PAGE}/wait.py")
    wrong = {"REDIS_URL": "redis://shop:wrong@localhost:6379/0"}
    told = workspace.run("python", "wait.py", env=wrong, status=1)
    assert "AuthenticationError" in told
    assert "waiting" not in told
    wrong = {"BROKER_URL": "amqp://guest:wrong@localhost:5672/"}
    told = workspace.run("python", "wait.py", env=wrong, status=1)
    assert "ProbableAuthenticationError" in told
    assert "waiting" not in told
    redis_server.stop()
    told = workspace.run("python", "-c", "from wait import *; wait_for(connect_redis, seconds=0.1)", status=1)
    assert told.count("waiting: ") == 1
    assert "Error 111 connecting to localhost:6379" in told


def logs_in(user):
    """What a client gets that logs in to the broker with this name as user and password."""
    login = pika.PlainCredentials(user, user)
    try:
        pika.BlockingConnection(pika.ConnectionParameters(port=5673, credentials=login)).close()
    except pika.exceptions.ProbableAuthenticationError:
        return "refused"
    return "logged in"


@pytest.fixture
def model(docker_compose, loaded):
    """Compose's own view of the project's file."""
    docker_compose.copy(COMPOSE)
    command = ["docker", "compose", "--file", "docker-compose.yml", "config", "--format", "json"]
    found = json.loads(docker_compose.run(*command))["services"]
    loaded(COMPOSE, "docker compose config", docker_compose.last)
    return found


def test_default_user_is_made_on_an_empty_volume_only(new_rabbitmq, workspace, model, captured):
    """And the broker takes the memory limit of the Compose file in place of a share of the machine's memory."""
    node = {"port": 5673, "nodename": "rabbit2@localhost", "plugins": (), "data": workspace.path / "volume"}

    def start(user, arguments=()):
        added = {"RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": " ".join(arguments)} if arguments else {}
        return new_rabbitmq(**node, env={"RABBITMQ_DEFAULT_USER": user, "RABBITMQ_DEFAULT_PASS": user, **added})

    def limit(broker):
        return int(broker.eval("vm_memory_monitor:get_memory_limit()"))

    first = start("shop")
    total = int(re.search(r"MemTotal: +(\d+) kB", Path("/proc/meminfo").read_text())[1]) * 1024
    assert int(first.eval("vm_memory_monitor:get_total_memory()")) == total, "that of the machine"
    assert limit(first) == int(float(first.eval("vm_memory_monitor:get_vm_memory_high_watermark()")) * total)
    rows = [["first, on an empty volume", Cell("`shop`"), Cell(logs_in("shop")), Cell(logs_in("admin"))]]
    first.stop()

    name = "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"
    second = start("admin", [first.environment()[name], model["rabbitmq"]["environment"][name]])
    rows.append(["again, on the same volume", Cell("`admin`"), Cell(logs_in("shop")), Cell(logs_in("admin"))])
    assert [str(cell) for row in rows for cell in row[2:]] == ["logged in", "refused"] * 2
    assert limit(second) == 600_000_000
    head = ["Start", "`RABBITMQ_DEFAULT_USER`", "Logging in as `shop`", "Logging in as `admin`"]
    captured(f"{PAGE}/volume.table", table(head, *rows))


def test_redis_of_the_compose_file_knows_its_limit(workspace, redis_server, model):
    assert redis_server.client(decode_responses=True).config_get("maxmemory") == {"maxmemory": "0"}, "the default"
    redis_server.stop()
    workspace.start(*model["redis"]["command"])
    with redis.Redis(decode_responses=True, retry=Retry(ConstantBackoff(0.1), 100)) as client:
        assert client.config_get("maxmemory*") | {"maxmemory": "268435456", "maxmemory-policy": "noeviction"} == (
            client.config_get("maxmemory*")
        )
    assert int(model["redis"]["mem_limit"]) == 2 * 268435456


def test_process_1_hears_sigterm_only_if_it_handles_it(workspace, redis_server, captured):
    """`unshare` makes a program process 1 of a process namespace, as a container does."""
    workspace.copy(f"{PAGE}/consumer.py")
    without = re.sub(r"(?m)^signal\.signal.*\n", "", (workspace.path / "consumer.py").read_text())
    (workspace.path / "without.py").write_text(without)
    (workspace.path / "calls.sh").write_text("echo starting\npython consumer.py\n")
    (workspace.path / "execs.sh").write_text("echo starting\nexec python consumer.py\n")
    client = redis_server.client()

    def stop(*command):
        """What the program does with three orders that arrive after SIGTERM: at most one while it stops."""
        process = workspace.start("unshare", "--pid", "--fork", "--kill-child", *command)
        client.rpush("jobs", "order 1")
        process.wait_for("done: order 1")
        first = min(descendants(process.pid))
        os.kill(first, signal.SIGTERM)
        client.rpush("jobs", "order 2", "order 3", "order 4")
        wait_until(lambda: process.returncode is not None or "order 4" in process.output(), 30, "an answer")
        if alive(first):
            process.kill()
            return "went on as if nothing had happened"
        assert "stopped after the last job" in process.output()
        client.delete("jobs")
        return f"stopped, exit status {process.wait()}"

    rows = [
        ["`python consumer.py`", Cell(stop("python", "consumer.py"))],
        ["the same without `signal.signal(…)`", Cell(stop("python", "without.py"))],
        ["a shell script that calls `python consumer.py`", Cell(stop("sh", "calls.sh"))],
        ["a shell script that calls `exec python consumer.py`", Cell(stop("sh", "execs.sh"))],
    ]
    assert [str(row[1]).split()[0].strip(",") for row in rows] == ["stopped", "went", "went", "stopped"]
    captured(f"{PAGE}/stop.table", table(["Process 1", "After SIGTERM"], *rows))


def test_servers_cannot_write_a_volume_that_belongs_to_another_user(workspace, redis_server, captured):
    """Root without the capability that ignores permissions plays the other user."""
    redis_server.stop()
    (workspace.path / "data").mkdir(mode=0o555)
    plain = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    redis_says = workspace.run(*plain, "redis-server", "--dir", "data", "--appendonly", "yes", status=1)
    home = "mount -t tmpfs none /var/lib && mkdir -m 555 /var/lib/rabbitmq"
    node = RabbitMQ(port=5673, nodename="rabbit2@localhost")  # never started by us
    env = node.environment() | {"GUIDE_RABBITMQ_HOME": "/var/lib/rabbitmq"}
    broker = ["unshare", "--mount", "sh", "-c", f'{home} && exec "$@"', "sh", *plain, "rabbitmq-server"]
    eacces = "Failed to create cookie file .*: eacces"
    rabbitmq_says = workspace.start(*broker, env=env).wait_for(eacces)
    refused = next(line for line in redis_says.splitlines() if "Permission denied" in line)
    captured(f"{PAGE}/volume.txt", f"{refused}\n{re.search(eacces, rabbitmq_says)[0]}")
    node.close()
