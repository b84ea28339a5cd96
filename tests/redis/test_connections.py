"""What docs/redis/connections.md promises."""

import asyncio
import contextlib
import re
import socket
import subprocess
import threading
from pathlib import Path

import pytest
import redis
import redis.asyncio
from redis.asyncio.retry import Retry as AsyncRetry
from redis.asyncio.sentinel import Sentinel as AsyncSentinel
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel

from harness.proof.runners.tables import Cell, table

PAGE = "redis/connections"


def test_production_client_connects_with_time_limits(run_script, redis_server):
    names = run_script("redis/connections/connect.py")
    options = names["client"].connection_pool.connection_kwargs
    assert (options["socket_connect_timeout"], options["socket_timeout"]) == (1, 2)


def test_defaults_shown_are_those_of_the_installed_client(run_script, redis_server):
    run_script("redis/connections/defaults.py")
    options = redis.Redis().connection_pool.connection_kwargs
    # The page multiplies: 11 attempts of 5 seconds.
    assert (options["retry"].get_retries() + 1) * options["socket_timeout"] == 55


def frozen_once(server, run) -> None:
    """`run()` a script that freezes the server, and assert that the server stood still and runs again."""
    pid = server.pid
    states = set()
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.02):
            states.add(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0])

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        run()
    finally:
        stop.set()
        watcher.join()
        server.thaw()
    assert "T" in states, "the server was frozen"
    assert server.pid == pid, "and is the same process afterwards"


def test_one_incr_counts_twice_when_the_server_freezes(run_script, redis_server):
    frozen_once(redis_server, lambda: run_script("redis/connections/freeze_with_retries.py"))
    assert int(redis_server.client().get("orders")) >= 2


def test_without_retries_the_command_fails_and_is_applied_all_the_same(run_script, redis_server):
    frozen_once(redis_server, lambda: run_script("redis/connections/freeze_without_retries.py"))
    assert redis_server.client().get("orders") == "1"


def test_request_id_makes_the_retried_count_exact(run_script, redis_server):
    frozen_once(redis_server, lambda: run_script("redis/connections/count_once.py"))
    client = redis_server.client()
    assert client.get("{orders}") == "1"
    # The fault would have counted twice: the script was called more than once.
    assert client.info("commandstats")["cmdstat_eval"]["calls"] >= 2


def test_blocking_read_longer_than_the_socket_timeout_raises(run_script, redis_server):
    run_script("redis/connections/blocking_too_long.py")


def test_blocking_read_without_socket_timeout_returns_none(run_script, redis_server):
    run_script("redis/connections/blocking.py")


def test_empty_pool_refuses_at_once(run_script, redis_server):
    run_script("redis/connections/pool_empty.py")


def test_blocking_pool_waits_for_a_connection(run_script, redis_server):
    run_script("redis/connections/pool_waits.py")


def test_client_reconnects_and_messages_of_the_gap_are_lost(terminal, reader_server):
    reader_server.copy("redis/start/redis.conf")
    terminal("redis/connections/restart.console")
    log = (reader_server.path / "redis.log").read_text()
    started = [line.split(":")[0] for line in log.splitlines() if "Server initialized" in line]
    assert len(started) == 2
    assert not Path(f"/proc/{started[0]}").exists(), "the killed server is gone"
    assert "User requested shutdown" not in log, "it was killed, not asked to stop"


def test_client_per_request_makes_a_connection_per_request(run_script, redis_server):
    run_script("redis/connections/client_per_request.py")


def test_client_per_process_makes_no_more_connections(run_script, redis_server):
    run_script("redis/connections/client_per_process.py")


def test_threads_share_a_client_and_forks_connect_anew(terminal, workspace, redis_server):
    workspace.copy("redis/connections")
    terminal("redis/connections/threads_and_forks.console")
    assert redis_server.client().get("orders") == "4000"


def test_legacy_responses_decide_the_shape_of_replies(run_script, redis_server):
    run_script("redis/connections/responses.py")


def test_exceptions_of_the_installed_client(workspace, captured, redis_server):
    workspace.copy("redis/connections")
    captured("redis/connections/exceptions.txt", workspace.run("python", "show_exceptions.py"))
    assert issubclass(redis.exceptions.MaxConnectionsError, redis.ConnectionError)
    assert not issubclass(redis.TimeoutError, redis.ConnectionError)


def test_server_refuses_more_clients_than_its_limit(run_script, redis_server):
    run_script("redis/connections/too_many_clients.py")
    client = redis_server.client()
    assert client.ping()
    assert client.info("stats")["rejected_connections"] >= 1


def test_connection_that_was_cut_while_idle_is_replaced(run_script, redis_server):
    run_script("redis/connections/idle_cut.py")


def test_redis_exceptions_are_not_pythons_own():
    assert not issubclass(redis.ConnectionError, ConnectionError)
    assert not issubclass(redis.TimeoutError, TimeoutError)


def test_blocking_read_with_a_longer_socket_timeout_returns_none(redis_server):
    worker = redis_server.client(socket_timeout=3, retry=None)
    assert worker.blpop(["emails"], timeout=0.2) is None


def test_server_allows_ten_thousand_clients_by_default(redis_server):
    # Less where the limit of open files is low: the server then says so in its log.
    limit = int(redis_server.client().config_get("maxclients")["maxclients"])
    assert limit == 10_000 or "maxclients" in redis_server.log.read_text()


class Counting(redis.Connection):
    """Counts the time limits that one command waits for: of connecting and of reading an answer."""

    waits = 0

    def _connect(self):
        try:
            return super()._connect()
        except TimeoutError:
            Counting.waits += 1
            raise

    def read_response(self, *args, **options):
        try:
            return super().read_response(*args, **options)
        except redis.exceptions.TimeoutError:
            Counting.waits += 1
            raise


def waits(fault: str, retries: int) -> int:
    """How many time limits a GET waits for, one after the other, before it raises."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        pool = redis.ConnectionPool(
            connection_class=Counting,
            host=address[0],
            port=address[1],
            protocol=2,
            driver_info=None,
            socket_timeout=0.05,
            socket_connect_timeout=0.05,
            retry=Retry(NoBackoff(), retries),
        )
        client = redis.Redis(connection_pool=pool)
        accepted: list[socket.socket] = []
        if fault == "vanishes during a command":
            opened = pool.get_connection()  # made while the host was there
            accepted.append(listener.accept()[0])
            pool.release(opened)
        if fault == "accepts connections and is silent":
            listener.listen(50)
        else:  # as if every packet were dropped: the queue of the listener is full
            for _ in range(4):
                filler = socket.socket()
                filler.setblocking(False)
                filler.connect_ex(address)
                accepted.append(filler)
        Counting.waits = 0
        try:
            with pytest.raises(redis.exceptions.TimeoutError):
                client.get("product:1")
            return Counting.waits
        finally:
            client.close()
            pool.disconnect()
            for each in accepted:
                each.close()


def test_retries_nest_when_the_server_vanishes_during_a_command(captured):
    faults = ("cannot be reached from the start", "accepts connections and is silent", "vanishes during a command")
    found = {fault: [waits(fault, retries) for retries in (0, 1, 3, 10)] for fault in faults}
    assert found["vanishes during a command"] == [1 + n * (n + 1) for n in (0, 1, 3, 10)], "as the page says"
    rows = [" | ".join([fault, *map(str, counts)]) for fault, counts in found.items()]
    captured(f"{PAGE}/waits.table", "\n".join(["The server | no retry | 1 | 3 | 10 retries", *rows]))


def settings(pool) -> list[Cell]:
    """What a connection that this pool makes will do, asked from that connection."""
    connection = pool.make_connection()
    shown = [
        connection.retry.get_retries(),
        f"{connection.socket_connect_timeout} s",
        f"{connection.socket_timeout} s",
        connection.health_check_interval or "off",
        "on" if connection.socket_keepalive else "off",
        pool.max_connections,
    ]
    return [Cell(value) for value in shown]


def constructors(library, sentinel):
    yield "`Redis(host=…)`", library.Redis(host="localhost").connection_pool
    yield "`Redis.from_url(…)`", library.Redis.from_url("redis://localhost").connection_pool
    yield "`ConnectionPool(…)`", library.Redis(connection_pool=library.ConnectionPool()).connection_pool
    yield "`BlockingConnectionPool(…)`", library.BlockingConnectionPool()
    yield "`Sentinel.master_for(…)`", sentinel([("localhost", 26379)]).master_for("orders").connection_pool


def test_defaults_depend_on_how_the_client_is_made(captured, new_redis):
    node = new_redis(port=7001, args=("--cluster-enabled", "yes"))
    with node.client() as one:
        one.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        deadline = threading.Event()
        for _ in range(100):
            if "cluster_state:ok" in str(one.execute_command("CLUSTER", "INFO", NEVER_DECODE=True)):
                break
            deadline.wait(0.1)
    rows = [[name, *settings(pool)] for name, pool in constructors(redis, Sentinel)]
    assert rows == [[name, *settings(pool)] for name, pool in constructors(redis.asyncio, AsyncSentinel)]
    with redis.RedisCluster(host="localhost", port=7001) as cluster:
        assert cluster.retry.get_retries() == 10, "as the page says: the cluster client itself tries again"
        rows.append(
            ["a node of `RedisCluster`", *settings(cluster.get_default_node().redis_connection.connection_pool)]
        )
    head = ["Made by", "Retries", "Connecting", "Answer", "PING when idle", "Keepalive", "Pool"]
    captured(f"{PAGE}/constructors.table", table(head, *rows))


def test_client_from_a_url_asks_once_and_gives_up():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepted = 0
        ended = threading.Event()

        def refuse() -> None:
            nonlocal accepted
            with contextlib.suppress(OSError):
                while not ended.is_set():
                    listener.accept()[0].close()
                    accepted += 1

        thread = threading.Thread(target=refuse)
        thread.start()
        port = listener.getsockname()[1]
        with redis.Redis.from_url(f"redis://127.0.0.1:{port}") as client, pytest.raises(redis.ConnectionError):
            client.ping()
        once = accepted
        with (
            redis.Redis(host="127.0.0.1", port=port, retry=Retry(NoBackoff(), 3)) as client,
            pytest.raises(redis.ConnectionError),
        ):
            client.ping()
        ended.set()
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        thread.join(10)
    assert once == 1
    assert accepted - once > 1, "the same fault, with retries"


@contextlib.contextmanager
def name_server():
    """In the place of the name server of this machine: it knows no name."""
    configured = re.findall(r"^nameserver (\S+)", Path("/etc/resolv.conf").read_text(), re.M)
    address = configured[0] if configured else "127.0.0.1"
    if not address.startswith("127."):
        subprocess.run(["ip", "addr", "add", f"{address}/32", "dev", "lo"], check=True)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((address, 53))
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
            if not address.startswith("127."):
                subprocess.run(["ip", "addr", "del", f"{address}/32", "dev", "lo"], check=True)


@contextlib.contextmanager
def silent(ends: bool):
    """A port that accepts a connection and says nothing; with `ends`, it closes it after the first request."""
    with socket.create_server(("127.0.0.1", 7379)) as listener:
        accepted: list[socket.socket] = []

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection = listener.accept()[0]
                    accepted.append(connection)
                    if ends:
                        connection.recv(4096)
                        connection.close()

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(10)
            for connection in accepted:
                connection.close()


def texts(host: str, port: int) -> list[Cell]:
    """What the two clients say, as they come out of `from_url` and without a retry."""
    url = f"redis://{host}:{port}"
    said = []
    with redis.Redis.from_url(url, socket_timeout=0.3, protocol=2, driver_info=None) as client:
        with pytest.raises(redis.RedisError) as caught:
            client.get("order:17")
        said.append(caught)

    async def ask() -> None:
        async with redis.asyncio.Redis.from_url(
            url, socket_timeout=0.3, protocol=2, driver_info=None, retry=AsyncRetry(NoBackoff(), 0)
        ) as client:
            with pytest.raises(redis.RedisError) as caught:
                await client.get("order:17")
            said.append(caught)

    asyncio.run(ask())
    return [Cell(f"`{caught.type.__name__}: {caught.value}`") for caught in said]


def test_texts_of_both_clients(captured):
    with name_server():
        unknown = texts("redis", 6379)
    rows = [
        ["the name is unknown", *unknown],
        ["no name server answers", *texts("redis", 6379)],
        ["nothing listens on the port", *texts("localhost", 7379)],
    ]
    with silent(ends=False):
        rows.append(["the server is silent", *texts("localhost", 7379)])
    with silent(ends=True):
        rows.append(["the server closes the connection", *texts("localhost", 7379)])
    captured(f"{PAGE}/texts.table", table(["Fault", "`redis`", "`redis.asyncio`"], *rows))
