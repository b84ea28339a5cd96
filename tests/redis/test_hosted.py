"""What docs/redis/hosted.md promises."""

import pytest
import redis
from redis.backoff import NoBackoff
from redis.cluster import RedisCluster
from redis.retry import Retry

from harness.lab.proxy import TCPProxy
from harness.process import wait_until
from harness.proof.runners.tables import Cell, table

PAGE = "redis/hosted"
APP = ("--user", "default", "off", "--user", "app", "on", ">secret", "~*", "&*", "+@all", "-@dangerous", "+info")
CLUSTER = ("--cluster-enabled", "yes")
# How a server here plays each kind of service.
SERVICES = {
    "your own": (),
    "restricted user": APP,
    "renamed commands": ("--rename-command", "CONFIG", ""),
    "no `HELLO`": ("--rename-command", "HELLO", ""),
    "cluster mode": CLUSTER,
}


@pytest.fixture
def service(reader_server):
    """`service(port, *args)`: start a server with these settings in the reader's folder; it ends with the test."""

    def start(port, *args):
        path = reader_server.path
        names = ("--pidfile", str(path / f"{port}.pid"), "--cluster-config-file", f"{port}.nodes")
        fixed = ("--bind", "127.0.0.1", "--save", "", "--dir", str(path), "--daemonize", "yes")
        reader_server.run("redis-server", "--port", str(port), *fixed, *names, *args)
        with redis.Redis(port=port, protocol=2, driver_info=None, retry=Retry(NoBackoff(), 0)) as client:
            wait_until(lambda: _up(client), 10, f"the server on port {port}")
        return reader_server

    return start


def _up(client):
    try:
        return client.ping()
    except redis.exceptions.AuthenticationError:
        return True
    except redis.exceptions.ConnectionError:
        return False


@pytest.fixture
def clusters(service):
    """Four clusters of one node each, on 7001 to 7004."""
    for port in range(7001, 7005):
        service(port, *CLUSTER)
        with redis.Redis(port=port) as node:
            node.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
    for port in range(7001, 7005):
        with redis.Redis(port=port, decode_responses=True) as node:
            wait_until(lambda node=node: node.cluster("INFO")["cluster_state"] == "ok", 10, f"the cluster on {port}")


def test_services_differ_in_what_they_allow(service, captured):
    columns = []
    for port, args in enumerate(SERVICES.values(), 6379):
        folder = service(port, *args)
        folder.copy(f"{PAGE}/check_service.py")
        login = "app:secret@" if args == APP else ""
        columns.append(folder.run("python", "check_service.py", f"redis://{login}localhost:{port}/0"))
    nothing = service(6390, "--user", "app", "on", ">secret", "~*", "-@all", "+hello", "+ping")
    nothing.copy(f"{PAGE}/check_service.py")
    told = nothing.run("python", "check_service.py", "redis://app:secret@localhost:6390/0")
    assert "redis_version: unknown (NoPermissionError)" in told
    service(6391, "--user", "app", "on", ">secret", "~*", "-@all", "+hello")
    refused = nothing.run("python", "check_service.py", "redis://app:secret@localhost:6391/0", status=1)
    assert "NoPermissionError" in refused, "another refusal than that of HELLO is not hidden"
    answers = [dict(line.split(": ", 1) for line in column.splitlines()) for column in columns]
    rows = [
        [question, *(Cell(answer[question]) for answer in answers)]
        for question in answers[0]
        if question != "redis_version"
    ]
    captured(f"{PAGE}/services.table", table(["What it answers", *SERVICES], *rows))


def test_plain_client_on_a_tls_port(terminal, shell, reader_server):
    shell("redis/production/make_certificates.sh")
    reader_server.copy(f"{PAGE}/tls_only.py")
    terminal(f"{PAGE}/tls_only.console")


def test_proxy_that_forgets_hello(run_script, service):
    service(6379, "--rename-command", "HELLO", "")
    run_script(f"{PAGE}/no_hello.py")


def test_forbidden_and_renamed_commands(terminal, service):
    folder = service(6380, *APP)
    with redis.Redis(port=6380, username="app", password="secret") as client:
        try:
            client.config_get("dir")
        except redis.exceptions.NoPermissionError as error:
            if not str(error).startswith("User app"):
                pytest.skip("this server words refusals as Redis 7.0 does; the page shows the words of Redis 8")
    service(6381, "--user", "app", "on", ">secret", "~*", "+@all", "--rename-command", "CONFIG", "")
    folder.copy(f"{PAGE}/forbidden.py")
    terminal(f"{PAGE}/forbidden.console")


def test_worker_whose_waiting_connection_is_cut(run_script, redis_server):
    run_script(f"{PAGE}/cut_while_waiting.py")
    assert redis_server.client().llen("jobs") == 0


def test_new_connection_logs_in_with_the_new_token(run_script, redis_server):
    run_script(f"{PAGE}/credentials.py")


def after_a_move(dynamic, first, second):
    """What a client says when all nodes got new addresses behind the same endpoint."""
    options = {"socket_timeout": 1, "decode_responses": True, "retry": Retry(NoBackoff(), 2)}
    endpoint = TCPProxy(7000, first).start()
    with RedisCluster(host="localhost", port=7000, dynamic_startup_nodes=dynamic, **options) as client:
        client.set("order:17", "paid")
        endpoint.close()
        with redis.Redis(port=first, retry=None) as old:
            old.shutdown(nosave=True)
        with redis.Redis(port=second) as new:
            new.set("order:17", "paid, after the move")
        with TCPProxy(7000, second):
            try:
                return client.get("order:17")
            except (redis.exceptions.RedisError, redis.exceptions.RedisClusterException) as error:
                return f"{type(error).__name__}: {error}"


def test_fixed_startup_nodes_find_a_service_that_moved(clusters, run_script, captured):
    with TCPProxy(7000, 7001):
        run_script(f"{PAGE}/cluster_client.py")
    rows = [
        ["`True`, the default", Cell(after_a_move(True, 7001, 7002))],
        ["`False`", Cell(after_a_move(False, 7003, 7004))],
    ]
    assert "cannot be connected" in str(rows[0][1])
    assert str(rows[1][1]) == "paid, after the move"
    captured(f"{PAGE}/moved.table", table(["`dynamic_startup_nodes`", "The next `get()` after the move"], *rows))
