"""The servers are real, the faults happen, and nothing is left behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pika
import pytest
import redis
import sentry_sdk
from pika.adapters.utils.connection_workflow import AMQPConnectorStackTimeout
from redis.backoff import NoBackoff
from redis.retry import Retry

from harness import ROOT, HarnessError
from harness.lab import namespace, provision
from harness.lab.fixtures import SERVICES_KEY, Servers
from harness.lab.lanes import LANES, LaneError, lane
from harness.lab.proxy import TCPProxy
from harness.lab.servers.base import ServerError, listening
from harness.lab.servers.bugsink import Bugsink
from harness.lab.servers.ingest import Ingest
from harness.lab.servers.rabbitmq import RabbitMQ
from harness.lab.servers.redis import Redis
from harness.lab.servers.spotlight import Spotlight
from harness.process import WaitError, alive, descendants, state, wait_until

# --- Redis --------------------------------------------------------------------------------------


def test_redis_has_the_version_of_its_lane(redis_server: Redis, provision: provision.Provision) -> None:
    assert redis_server.client().info("server")["redis_version"] == redis_server.version
    assert redis_server.version.startswith(lane(provision.lane).redis + ".")


def test_redis_is_the_process_we_signal(redis_server: Redis) -> None:
    assert redis_server.client().info("server")["process_id"] == redis_server.pid


def test_killed_redis_is_gone_and_loses_what_it_did_not_persist(redis_server: Redis) -> None:
    redis_server.client().set("order:1", "paid")
    pid = redis_server.pid
    redis_server.kill()
    assert not alive(pid)
    assert not listening(6379)
    with pytest.raises(redis.ConnectionError):
        redis_server.client().ping()
    with pytest.raises(ServerError, match="not running"):
        redis_server.pid  # noqa: B018
    redis_server.start()
    assert redis_server.client().get("order:1") is None


def test_redis_is_healed_after_a_test_that_killed_it(redis_server: Redis, servers: Servers) -> None:
    redis_server.client().set("left", "behind")
    redis_server.freeze()
    assert servers.get(Redis).client().dbsize() == 0
    redis_server.kill()
    assert servers.get(Redis).client().dbsize() == 0


def test_frozen_redis_keeps_the_connection_and_answers_nothing(redis_server: Redis) -> None:
    client = redis_server.client(socket_timeout=0.3)
    client.ping()
    redis_server.freeze()
    assert redis_server.frozen
    assert state(redis_server.pid) == "T"
    with pytest.raises(redis.TimeoutError):
        client.ping()
    redis_server.thaw()
    assert client.ping()


@pytest.mark.parametrize("round_", ["first leaves traces", "second sees none"])
def test_redis_is_as_new_before_each_test(redis_server: Redis, round_: str) -> None:
    client = redis_server.client()
    assert client.dbsize() == 0
    assert client.config_get("maxmemory") == {"maxmemory": "0"}
    assert client.acl_users() == ["default"]
    assert client.acl_log() == []
    assert redis_server.client(db=3).dbsize() == 0
    client.set("left", "behind")
    redis_server.client(db=3).set("left", "behind")
    client.config_set("maxmemory", "100mb")
    client.acl_setuser("ada", enabled=True, nopass=True)
    with pytest.raises(redis.exceptions.NoPermissionError), redis.Redis(username="ada", password="any") as denied:
        denied.get("any")
    redis_server.freeze()


def test_new_redis_restarts_on_the_same_data(new_redis: Callable[..., Redis]) -> None:
    server = new_redis(port=6390, args=["--appendonly", "yes", "--appendfsync", "always"])
    server.client().set("order:1", "paid")
    first = server.pid
    server.restart()
    assert server.pid != first
    assert server.client().get("order:1") == "paid"
    server.kill()
    server.start()
    assert server.client().get("order:1") == "paid"


def test_a_readers_redis_conf_is_used_as_it_is(new_redis: Callable[..., Redis], tmp_path: Path) -> None:
    config = tmp_path / "redis.conf"
    config.write_text("port 6391\nbind 127.0.0.1\nrequirepass secret\nmaxmemory 64mb\ndaemonize yes\n")
    server = new_redis(port=6391, config=config)
    with pytest.raises(redis.AuthenticationError):
        server.client().ping()
    client = server.client(password="secret")
    assert client.config_get("maxmemory") == {"maxmemory": str(64 * 1024 * 1024)}
    client.config_set("maxmemory", "32mb")
    client.config_rewrite()
    assert "64mb" in config.read_text()


def test_a_broken_redis_conf_is_reported_with_command_and_log(new_redis: Callable[..., Redis], tmp_path: Path) -> None:
    config = tmp_path / "redis.conf"
    config.write_text("maxmemry 64mb\n")
    with pytest.raises(ServerError, match=r"(?s)redis-server .*redis\.conf.*maxmemry"):
        new_redis(port=6391, config=config)


def test_a_taken_port_is_named_and_its_owner_left_alone(new_redis: Callable[..., Redis]) -> None:
    with socket.create_server(("127.0.0.1", 6392)) as other, pytest.raises(ServerError) as error:
        new_redis(port=6392)
    assert "port 6392" in str(error.value)
    assert "\n" not in str(error.value)
    assert other.fileno() == -1  # closed by us just now, by nobody else


def test_a_server_that_never_gets_ready_is_ended_in_time(new_redis: Callable[..., Redis]) -> None:
    server = new_redis(port=6393)
    server.stop()
    server.ready = lambda: False  # type: ignore[method-assign]
    started = time.monotonic()
    with pytest.raises(ServerError, match=r"(?s)not ready within 0\.5 s.*Ready to accept"):
        server.start(timeout=0.5)
    assert time.monotonic() - started < 15
    assert not server.running
    assert not listening(6393)


def test_services_are_noted_for_the_record(redis_server: Redis, ingest: Ingest, request: pytest.FixtureRequest) -> None:
    assert request.node.stash[SERVICES_KEY] == [
        ("service", "Redis", redis_server.version),
        ("service", "an envelope receiver", ""),
    ]


def test_redis_cli_runs_in_the_callers_directory(redis_server: Redis, tmp_path: Path) -> None:
    (tmp_path / "value.txt").write_text("from a file")
    done = subprocess.run(
        ["sh", "-c", "redis-cli -x SET greeting < value.txt"], cwd=tmp_path,
        capture_output=True, text=True, timeout=10, check=True,
    )  # fmt: skip
    assert done.stdout == "OK\n"
    assert redis_server.client().get("greeting") == "from a file"


# --- RabbitMQ -----------------------------------------------------------------------------------


def _publish(queue: str, count: int) -> None:
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.queue_declare(queue, durable=True)
        for number in range(count):
            channel.basic_publish("", queue, str(number).encode(), pika.BasicProperties(delivery_mode=2))


def test_rabbitmq_has_the_version_of_its_lane(rabbitmq: RabbitMQ, provision: provision.Provision) -> None:
    assert rabbitmq.api("GET", "overview")["rabbitmq_version"] == rabbitmq.version
    assert rabbitmq.version.startswith(lane(provision.lane).rabbitmq + ".")


def test_durable_messages_survive_a_killed_broker(rabbitmq: RabbitMQ) -> None:
    _publish("orders", 3)
    assert rabbitmq.queue_depth("orders") == 3
    pid, children = rabbitmq.pid, descendants(rabbitmq.pid)
    rabbitmq.kill()
    assert not alive(pid)
    assert not any(map(alive, children))
    assert not listening(5672)
    assert not listening(4369)  # the name service goes with its last broker
    rabbitmq.start()
    assert rabbitmq.queue_depth("orders") == 3


def test_broker_does_not_forget_a_queue_that_was_declared_a_moment_before_the_kill(rabbitmq: RabbitMQ) -> None:
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        connection.channel().queue_declare("orders", durable=True, arguments={"x-queue-type": "quorum"})
    rabbitmq.kill()
    assert any(b"%2F_orders" in file.read_bytes() for file in rabbitmq.data.rglob("names.dets"))
    rabbitmq.start()
    assert [queue["name"] for queue in rabbitmq.api("GET", "queues")] == ["orders"]


def test_rabbitmq_is_empty_before_each_test(rabbitmq: RabbitMQ, servers: Servers) -> None:
    _publish("left", 1)
    assert servers.get(RabbitMQ) is rabbitmq
    assert rabbitmq.api("GET", "queues") == []


def test_reset_removes_all_that_a_test_can_leave(rabbitmq: RabbitMQ) -> None:
    connection = pika.BlockingConnection(pika.ConnectionParameters("localhost"))
    channel = connection.channel()
    channel.queue_declare("mine", exclusive=True)
    channel.queue_declare("orders", durable=True)
    channel.exchange_declare("events", "topic", durable=True)
    rabbitmq.api("PUT", "policies/%2F/short", {"pattern": ".*", "definition": {"max-length": 1}})
    rabbitmq.api("PUT", "vhosts/shop")
    rabbitmq.api("PUT", "users/ada", {"password": "x", "tags": ""})
    rabbitmq.reset()
    assert rabbitmq.api("GET", "queues") == []
    assert rabbitmq.api("GET", "policies") == []
    assert [vhost["name"] for vhost in rabbitmq.api("GET", "vhosts")] == ["/"]
    assert [user["name"] for user in rabbitmq.api("GET", "users")] == ["guest"]
    assert "events" not in [exchange["name"] for exchange in rabbitmq.api("GET", "exchanges/%2F")]
    with pytest.raises(pika.exceptions.AMQPError):
        connection.process_data_events(1)
    _publish("orders", 1)
    assert rabbitmq.queue_depth("orders") == 1


def test_frozen_rabbitmq_answers_nothing(rabbitmq: RabbitMQ) -> None:
    rabbitmq.freeze()
    assert rabbitmq.frozen
    assert state(rabbitmq.pid) == "T"
    with pytest.raises((pika.exceptions.AMQPError, AMQPConnectorStackTimeout)):
        pika.BlockingConnection(
            pika.ConnectionParameters("localhost", socket_timeout=1, stack_timeout=1, blocked_connection_timeout=1)
        )
    rabbitmq.thaw()
    _publish("orders", 1)


def test_broker_counts_what_waits_and_what_is_unacknowledged(rabbitmq: RabbitMQ) -> None:
    assert rabbitmq.counts("orders") == (0, 0), "there is no such queue"
    _publish("orders", 12)
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        assert connection.channel().basic_get("orders")[0]
        rabbitmq.await_queue("orders", 11, 1, 10)
        with pytest.raises(WaitError, match="10 ready and 2 unacknowledged messages in orders"):
            rabbitmq.await_queue("orders", 10, 2, 0.5)


def test_erlang_is_evaluated_in_the_broker(rabbitmq: RabbitMQ) -> None:
    assert rabbitmq.eval('A = 1, {A, "two", <<"three">>, lists:seq(65, 67)}') == '{1,"two",<<"three">>,"ABC"}'
    assert rabbitmq.eval("lists:seq(1000, 1050)").count(",") == 50, "on one line"
    with pytest.raises(ServerError, match="undef"):
        rabbitmq.eval("no_such:function()")
    with pytest.raises(ServerError):
        rabbitmq.eval("no expression")


def test_rabbitmqctl_works_as_typed(rabbitmq: RabbitMQ, tmp_path: Path) -> None:
    _publish("orders", 2)
    done = subprocess.run(
        ["rabbitmqctl", "--quiet", "list_queues", "name", "messages"],
        cwd=tmp_path, capture_output=True, text=True, timeout=90, check=True,
    )  # fmt: skip
    assert "orders\t2" in done.stdout
    assert "orders" in rabbitmq.ctl("list_queues", "name")
    with pytest.raises(ServerError, match="no_such_command"):
        rabbitmq.ctl("no_such_command")
    plugins = subprocess.run(
        ["rabbitmq-plugins", "--quiet", "list", "--enabled", "--minimal"],
        capture_output=True, text=True, timeout=90, check=True,
    )  # fmt: skip
    assert {"rabbitmq_management", "rabbitmq_prometheus"} <= set(plugins.stdout.split())


def test_prometheus_endpoint_answers(rabbitmq: RabbitMQ) -> None:
    with urllib.request.urlopen(f"http://localhost:{rabbitmq.prometheus_port}/metrics", timeout=10) as answer:
        assert b"rabbitmq_build_info" in answer.read()


def test_transient_queues_are_treated_as_upstream_does(rabbitmq: RabbitMQ) -> None:
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        channel = connection.channel()
        if tuple(map(int, rabbitmq.version.split(".")[:2])) >= (4, 3):
            with pytest.raises(pika.exceptions.AMQPError):
                channel.queue_declare("transient", durable=False)
        else:
            channel.queue_declare("transient", durable=False)
            channel.queue_delete("transient")


def test_a_second_broker_runs_beside_the_first_with_a_readers_config(
    rabbitmq: RabbitMQ, new_rabbitmq: Callable[..., RabbitMQ]
) -> None:
    second = new_rabbitmq(port=5673, nodename="rabbit2@localhost", config="channel_max = 17\n")
    assert second.eval("application:get_env(rabbit, channel_max)") == "{ok,17}"
    assert [node["name"] for node in second.api("GET", "nodes")] == ["rabbit2@localhost"]
    second.kill()
    assert rabbitmq.running
    rabbitmq.ctl("list_queues")  # the shared name service stays for those who still need it


# --- Bugsink ------------------------------------------------------------------------------------


@pytest.fixture
def _sdk_off() -> Iterator[None]:
    yield
    sentry_sdk.get_client().close(timeout=2)
    sentry_sdk.init()


@pytest.mark.parametrize("round_", [1, 2])
@pytest.mark.usefixtures("_sdk_off")
def test_an_error_is_read_back_at_once(bugsink: Bugsink, round_: int) -> None:
    project = bugsink.project("shop", key="ab" * 16)
    assert project.dsn == f"http://{'ab' * 16}@localhost:9000/1"
    assert project.issues() == []
    sentry_sdk.init(dsn=project.dsn, release="shop@1.0", environment="test")
    for order in (1, 2):
        try:
            raise ValueError("no such order")
        except ValueError as error:
            sentry_sdk.set_tag("order", str(order))
            sentry_sdk.capture_exception(error)
    sentry_sdk.capture_message("hello")
    sentry_sdk.flush(5)
    issues = {issue["calculated_type"]: issue for issue in project.issues()}
    assert issues["ValueError"]["digested_event_count"] == 2
    events = project.events(issues["ValueError"])
    assert [event["data"]["tags"]["order"] for event in events] == ["1", "2"]
    assert events[0]["data"]["release"] == "shop@1.0"
    assert len(project.events()) == 3


@pytest.mark.usefixtures("_sdk_off")
def test_events_survive_a_killed_bugsink(bugsink: Bugsink) -> None:
    project = bugsink.project()
    sentry_sdk.init(dsn=project.dsn)
    sentry_sdk.capture_message("before")
    sentry_sdk.flush(5)
    pids = [bugsink.pid, *descendants(bugsink.pid)]
    bugsink.kill()
    assert not any(map(alive, pids))
    bugsink.start()
    assert [event["data"]["message"] for event in project.events()] == ["before"]


@pytest.mark.parametrize("round_", [1, 2])
@pytest.mark.usefixtures("_sdk_off")
def test_a_trace_a_log_and_a_metric_are_read_back_from_spotlight(spotlight: Spotlight, round_: int) -> None:
    assert spotlight.envelopes() == []
    nowhere = f"http://{'ab' * 16}@localhost:9/1"  # without an address the SDK makes no logs
    sentry_sdk.init(dsn=nowhere, spotlight=spotlight.url, traces_sample_rate=1.0)
    with sentry_sdk.start_transaction(op="task", name="order"):
        sentry_sdk.logger.info("order taken")
        sentry_sdk.metrics.count("orders", 1)
    sentry_sdk.flush(5)
    assert [one["transaction"] for one in spotlight.wait_for("transaction")] == ["order"]
    assert spotlight.wait_for("log")[0]["items"][0]["body"] == "order taken"
    assert spotlight.wait_for("trace_metric")[0]["items"][0]["name"] == "orders"


@pytest.mark.usefixtures("_sdk_off")
def test_receiver_keeps_envelopes_and_can_refuse_them(ingest: Ingest) -> None:
    sentry_sdk.init(dsn=f"http://{'ab' * 16}@localhost:9000/1", traces_sample_rate=1.0)
    with sentry_sdk.start_transaction(op="task", name="order"):
        sentry_sdk.capture_message("hello")
    sentry_sdk.flush(5)
    assert ingest.wait_for("event")[0]["message"] == "hello"
    assert ingest.wait_for("transaction")[0]["transaction"] == "order"
    kept, asked = len(ingest.envelopes), ingest.requests
    ingest.status, ingest.reply_headers = 429, {"Retry-After": "60"}
    sentry_sdk.capture_message("refused")
    sentry_sdk.flush(5)
    assert (len(ingest.envelopes), ingest.requests) == (kept, asked + 1)


# --- proxy --------------------------------------------------------------------------------------


@pytest.fixture
def network(redis_server: Redis) -> Iterator[TCPProxy]:
    with TCPProxy(6399, redis_server.port) as proxy:
        yield proxy


@pytest.fixture
def far(network: TCPProxy) -> Iterator[redis.Redis]:
    """A client on the far side of the network that does not hide failures by retrying."""
    retry = Retry(NoBackoff(), 0)
    with redis.Redis(port=network.port, socket_timeout=1, retry=retry) as client:
        yield client


def test_proxy_forwards_and_counts(network: TCPProxy, far: redis.Redis) -> None:
    blob = os.urandom(1_000_000)
    far.set("blob", blob)
    assert far.get("blob") == blob
    assert network.to_server > 1_000_000 < network.to_client
    assert network.connections == 1


def test_proxy_delays_each_direction(network: TCPProxy, far: redis.Redis) -> None:
    def seconds() -> float:
        started = time.monotonic()
        far.ping()
        return time.monotonic() - started

    far.ping()
    network.delay(0.1)
    assert seconds() >= 0.2
    network.heal()
    assert min(seconds() for _ in range(20)) < 0.2


def test_proxy_hangs_and_heals(network: TCPProxy, far: redis.Redis) -> None:
    far.ping()
    network.hang()
    started = time.monotonic()
    with pytest.raises(redis.TimeoutError):
        far.ping()
    assert time.monotonic() - started >= 1
    network.heal()
    assert far.ping()


def test_proxy_cuts_with_a_reset(network: TCPProxy) -> None:
    with socket.create_connection(("127.0.0.1", network.port), timeout=5) as client:
        client.sendall(b"PING\r\n")
        assert client.recv(100) == b"+PONG\r\n"
        network.cut()
        with pytest.raises(ConnectionResetError):
            client.recv(100)
    with socket.create_connection(("127.0.0.1", network.port), timeout=5) as client:
        client.sendall(b"PING\r\n")
        assert client.recv(100) == b"+PONG\r\n"


def test_proxy_refuses_until_healed(network: TCPProxy, far: redis.Redis) -> None:
    far.ping()
    network.refuse()
    with pytest.raises(redis.ConnectionError):
        far.ping()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", network.port), timeout=5)
    network.heal()
    assert far.ping()


def test_proxy_shows_a_dead_server_and_ends_cleanly(network: TCPProxy, far: redis.Redis, redis_server: Redis) -> None:
    far.ping()
    redis_server.kill()
    with pytest.raises(redis.ConnectionError):
        far.ping()
    network.close()
    assert not listening(network.port)


def test_proxy_names_a_taken_port(redis_server: Redis) -> None:
    with pytest.raises(HarnessError, match="cannot listen on port 6379"):
        TCPProxy(6379, 6379).start()


# --- lanes and provisioning ---------------------------------------------------------------------


def test_unknown_lane_is_one_line_that_lists_lanes() -> None:
    with pytest.raises(LaneError) as error:
        lane("newest")
    assert str(error.value) == "unknown lane 'newest': choose one of current, previous, oldest"


def _provision(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if key != "GUIDE_SERVICES"} | environ
    return subprocess.run(
        [sys.executable, "-m", "harness.lab.provision", "--no-browser", *arguments],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_unknown_lane_on_the_command_line() -> None:
    done = _provision("--lane", "newest")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "current, previous, oldest" in done.stderr


def test_provision_survives_the_environment() -> None:
    found = provision.Provision.from_env()
    assert provision.Provision.from_env(found.to_env()) == found
    with pytest.raises(provision.ProvisionError, match="`make test`"):
        provision.Provision.from_env({})


def test_warm_provisioning_prepares_nothing() -> None:
    done = _provision("--lane", provision.Provision.from_env().lane)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""  # what is prepared is said there


def test_pip_installs_without_network(provision: provision.Provision, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--target", tmp_path, "celery[redis]"],
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "celery").is_dir()


def test_no_file_of_ours_names_an_address_to_download_from() -> None:
    for name in ("bugsink-requirements.txt", "spotlight-requirements.txt"):
        lock = (ROOT / "harness" / "lab" / name).read_text()
        assert "://" not in lock
        assert lock.count("--hash=sha256:") > lock.count("==")
    for name in ("spotlight", "browser"):
        packages = json.loads((ROOT / f"docs/assets/{name}/package-lock.json").read_text())["packages"]
        packages.pop("")
        assert all("integrity" in package and "resolved" not in package for package in packages.values())


def test_a_half_made_cache_entry_is_never_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from harness.lab.cache import build_once

    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise KeyboardInterrupt

    target = tmp_path / "entry"
    with pytest.raises(KeyboardInterrupt):
        build_once(target, "a test entry", fail)
    assert not target.exists()
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []
    assert (build_once(target, "a test entry", lambda folder: (folder / "whole").touch()) / "whole").exists()


def test_session_end_stops_all_servers(provision: provision.Provision) -> None:
    servers = Servers(provision)
    extra = servers._running["extra"] = Redis(port=6398)
    extra.start()
    pid, folder = extra.pid, extra.log.parent
    servers.close()
    assert not alive(pid)
    assert not folder.exists()


# --- namespaces ---------------------------------------------------------------------------------


def _contained(code: str, *options: str) -> subprocess.Popen[str]:
    command = [*namespace.command([sys.executable, "-u", "-c", code], pid=True)]
    command[command.index("--") : command.index("--")] = options
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_inside_there_is_only_loopback() -> None:
    code = (
        "import socket; print([name for _, name in socket.if_nameindex()]); socket.create_server(('127.0.0.1', 6379))"
    )
    done = subprocess.run(
        namespace.command([sys.executable, "-c", code], pid=False), cwd=ROOT, capture_output=True, text=True,
        timeout=90, check=True,
    )  # fmt: skip
    assert done.stdout == "['lo']\n"
    assert done.stderr == ""


def test_exit_status_and_orphans() -> None:
    code = (
        "import subprocess, sys, os\n"
        "subprocess.run(['sh', '-c', 'true & '])\n"  # its orphan has to be reaped by the init, not to stay a zombie
        "sys.exit(7)"
    )
    for inside, status in ((code, 7), ("import os; os.kill(os.getpid(), 9)", 128 + 9)):
        with _contained(inside) as process:
            assert process.wait(30) == status


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_reach_the_command_once(number: signal.Signals) -> None:
    code = (
        "import signal, sys\n"
        "seen = []\n"
        f"signal.signal({int(number)}, lambda *_: seen.append(1))\n"
        "print('ready')\n"
        "import time\n"
        "while not seen: time.sleep(0.01)\n"
        "time.sleep(0.3)\n"  # were there a second signal, it would be here by now
        "print(len(seen)); sys.exit(5)"
    )
    process = _contained(code)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    assert process.communicate(timeout=30)[0] == "1\n"
    assert process.returncode == 5


def test_a_killed_run_leaves_no_process_and_no_file() -> None:
    mark = f"guide-mark-{os.getpid()}"
    code = (
        "import subprocess, pathlib, os, signal\n"
        f"pathlib.Path('/tmp/{mark}').mkdir(); pathlib.Path('/dev/shm/{mark}').touch()\n"
        # A daemon in a session of its own that ignores polite requests.
        f"daemon = 'trap \"\" TERM HUP; : {mark}; while :; do sleep 1; done'\n"
        "subprocess.Popen(['sh', '-c', daemon], start_new_session=True)\n"
        "print('ready'); signal.pause()"
    )
    process = _contained(code)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    inside = descendants(process.pid)
    assert len(inside) >= 3
    assert _named(mark)
    process.kill()
    process.communicate(timeout=10)
    wait_until(lambda: not any(map(alive, inside)), 10, "everything inside to end with the run")
    wait_until(lambda: not _named(mark), 10, "the daemon to end with the run")
    assert not Path("/tmp", mark).exists()
    assert not Path("/dev/shm", mark).exists()


def test_a_run_ends_with_the_process_that_started_it() -> None:
    starter = subprocess.Popen(
        [sys.executable, "-u", "-c",
         "import subprocess, sys, time; from harness.lab import namespace\n"
         "p = subprocess.Popen(namespace.command(['sh', '-c', 'echo ready; sleep 1000'], pid=True))\n"
         "p.wait()"],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert starter.stdout is not None
    assert starter.stdout.readline() == "ready\n"
    below = descendants(starter.pid)
    assert below
    starter.kill()
    starter.wait(10)
    starter.stdout.close()
    wait_until(lambda: not any(map(alive, below)), 10, "the run to end with its starter")


def _named(mark: str) -> list[str]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if f": {mark};".encode() in words and words.startswith(b"sh"):
                found.append(entry.name)
    return found


def test_a_developers_redis_keeps_its_keys(redis_server: Redis, provision: provision.Provision) -> None:
    """The Redis of this session plays the developer's; a run inside flushes "localhost:6379"."""
    redis_server.client().set("precious", "family photos")
    code = (
        "import os, json, redis\n"
        "from harness.lab.provision import Provision\n"
        "os.environ.update(Provision.from_env().child_env())\n"
        "from harness.lab.servers.redis import Redis\n"
        "with Redis() as inner:\n"
        "    client = redis.Redis(host='localhost', port=6379, decode_responses=True)\n"
        "    before = client.keys(); client.set('inner', '1'); inner.reset()\n"
        "    print(json.dumps([before, client.keys()]))\n"
    )
    output, _ = _contained(code).communicate(timeout=60)
    assert json.loads(output) == [[], []]
    assert redis_server.client().keys() == ["precious"]
    assert redis_server.client().get("precious") == "family photos"


def test_a_refusal_of_the_kernel_is_one_line_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str, *_: object) -> None:
        raise PermissionError(1, "Operation not permitted", name)

    monkeypatch.setattr(namespace, "_call", refuse)
    with pytest.raises(namespace.NamespaceError) as error:
        namespace.enter()
    assert "\n" not in str(error.value)
    assert "run as root" in str(error.value)
    assert "GUIDE_SERVICES=running" in str(error.value)


def test_lanes_differ_and_are_complete() -> None:
    assert list(LANES) == ["current", "previous", "oldest"]
    assert len({(one.redis, one.rabbitmq) for one in LANES.values()}) == 3
