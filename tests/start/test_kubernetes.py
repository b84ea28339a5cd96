"""What docs/start/kubernetes.md promises. A network namespace plays the pods: their addresses exist only inside it.

Ports are published as Docker's own proxy does it: connections to this side are passed on to the server inside, here
through its Unix socket.
"""

import os
import re

import pytest
import redis
import yaml
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from harness import ROOT
from harness.process import wait_until
from harness.proof.runners.tables import Cell, Label, table

PAGE = "start/kubernetes"
HERE = ROOT / "snippets" / PAGE
INSIDE = "127.0.0.1 localhost\n172.18.0.5 redis-0.redis\n172.18.0.6 redis-1.redis\n"
OUTSIDE = "127.0.0.1 localhost\n"
PUBLISHED = "127.0.0.1 localhost redis-0.redis redis-1.redis\n"
NAMES = "mount --bind {} /etc/hosts && mount --bind resolv.conf /etc/resolv.conf"
PODS = "ip link set lo up && ip addr add 172.18.0.5/32 dev lo && ip addr add 172.18.0.6/32 dev lo"
RETRY = Retry(ConstantBackoff(0.1), 100)
# PORT SOCKET ...: pass connections to this port of this side on to the socket.
PUBLISH = """
import asyncio, contextlib, sys

async def pump(reader, writer):
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()

async def publish(port, path):
    async def serve(reader, writer):
        try:
            there, to = await asyncio.open_unix_connection(path)
        except OSError:
            return writer.close()
        await asyncio.gather(pump(reader, to), pump(there, writer))
    return await asyncio.start_server(serve, "127.0.0.1", port)

async def main():
    pairs = sys.argv[1:]
    servers = [await publish(int(port), path) for port, path in zip(pairs[::2], pairs[1::2])]
    print("published", flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))

asyncio.run(main())
"""
pytestmark = pytest.mark.own_servers("needs namespaces of its own")


@pytest.fixture
def folder(workspace, redis_server):
    """The reader's folder, and the standard port of Redis free on this side."""
    redis_server.stop()
    workspace.copy(PAGE)
    for name, text in {"inside": INSIDE, "outside": OUTSIDE, "named": PUBLISHED}.items():
        (workspace.path / f"hosts.{name}").write_text(text)
    (workspace.path / "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    return workspace


def pods(folder, *words, before="true;"):
    """Start a command in a private network, where the names and addresses of pods exist; `before` it, a script."""
    script = f'{NAMES.format("hosts.inside")} && {PODS} && {{ {before} }} && exec "$@"'
    return folder.start(
        "unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "sh", "-c", script, "sh", *words
    )


def outside(folder, hosts, *command):
    """What a command prints on this side, where only these names exist."""
    return folder.run("unshare", "--mount", "sh", "-c", f'{NAMES.format(hosts)} && exec "$@"', "sh", *command)


def publish(folder, **sockets):
    words = [word for port, path in sockets.items() for word in (port.strip("_"), path)]
    folder.start("python", "-c", PUBLISH, *words).wait_for("published")


REDIS = "redis-server --port 6379 --bind 0.0.0.0 --protected-mode no --save '' --unixsocket redis.sock"
# Sentinel writes what it learns into its file.
SENTINEL = ("redis-server", "used.conf", "--sentinel", "--unixsocket", "sentinel.sock", "--protected-mode", "no")
ANSWERS = re.compile(r"Sentinel answers (\S+)\n(.*)")


def at(folder, name):
    """A client of the server behind this Unix socket, once it answers."""
    path = folder.path / name
    wait_until(path.exists, 20, name)
    client = redis.Redis(unix_socket_path=os.path.relpath(path), decode_responses=True, retry=RETRY)
    client.ping()
    return client


def test_sentinel_gives_out_what_it_was_told_to(folder, captured, loaded):
    written = (folder.path / "sentinel.conf").read_text()
    by_address = "port 26379\nsentinel monitor orders 172.18.0.5 6379 1\n"
    without_announce = written.replace("sentinel announce-hostnames yes\n", "")
    without_resolve = without_announce.replace("sentinel resolve-hostnames yes\n", "")
    publish(folder, _6379="redis.sock", _26379="sentinel.sock")

    def ask(text, *places):
        """What Sentinel with this configuration answers, and what a client in each of these places gets."""
        (folder.path / "sentinel.conf").write_text(text)
        process = pods(folder, *SENTINEL, before=f"cp sentinel.conf used.conf; {REDIS} &")
        for name in ("redis.sock", "sentinel.sock"):
            at(folder, name).close()
        told = [ANSWERS.search(outside(folder, hosts, "python", "ask_sentinel.py")) for hosts in places]
        if text == written:
            loaded(f"{PAGE}/sentinel.conf", "redis-server", process)
        process.kill()
        for name in ("redis.sock", "sentinel.sock"):
            (folder.path / name).unlink(missing_ok=True)
        return [[Cell(f"`{answer[1]}`"), Cell(answer[2])] for answer in told]

    (folder.path / "sentinel.conf").write_text(without_resolve)
    refused = pods(folder, *SENTINEL, before="cp sentinel.conf used.conf;")
    assert refused.wait() == 1
    assert "Can't resolve instance hostname." in refused.output()
    (address,) = ask(by_address, "hosts.outside")
    (resolved,) = ask(without_announce, "hosts.outside")
    unknown, written_to = ask(written, "hosts.outside", "hosts.named")
    rows = [
        ["the address of the pod", *address],
        ["its name, without `resolve-hostnames`", Label("does not start"), Cell("Can't resolve instance hostname.")],
        ["its name, with `resolve-hostnames`", *resolved],
        ["its name, with both settings", *unknown],
        ["the same; outside, the name leads to a published port", *written_to],
    ]
    head = ["What Sentinel monitors", "What it answers", "What a client outside gets"]
    captured(f"{PAGE}/sentinel.table", table(head, *rows))


def test_failover_gives_out_the_name_that_the_replica_announced(folder):
    at_once = "--repl-diskless-sync-delay 0"
    replica = f"redis-server --save '' --protected-mode no {at_once} --replicaof redis-0.redis 6379 --port"
    both = "redis-cli info replication | grep -q connected_slaves:2"
    process = pods(
        folder,
        *SENTINEL,
        before=f"cp sentinel.conf used.conf; {REDIS} {at_once} & "
        f"{replica} 6380 --replica-announce-ip redis-1.redis & {replica} 6381 --replica-priority 0 & "
        f"until {both}; do sleep 0.1; done",
    )
    with at(folder, "sentinel.sock") as sentinel:

        def address(of):
            return {one["port"]: one["ip"] for one in of}

        wait_until(lambda: len(sentinel.sentinel_slaves("orders")) == 2, 30, "both replicas")
        assert address(sentinel.sentinel_slaves("orders")) == {6380: "redis-1.redis", 6381: "172.18.0.5"}
        wait_until(lambda: _failover(sentinel), 30, "a replica that may become primary", 0.2)
        wait_until(lambda: sentinel.sentinel_get_master_addr_by_name("orders")[1] == 6380, 30, "the failover", 0.1)
        assert sentinel.sentinel_get_master_addr_by_name("orders") == ("redis-1.redis", 6380)
    process.kill()


def _failover(sentinel):
    try:
        return sentinel.execute_command("SENTINEL FAILOVER", "orders")
    except redis.ResponseError as error:
        if "NOGOODSLAVE" in str(error):  # it has not asked the replica yet
            return False
        raise


CLUSTER_CLIENT = """
import sys, redis
from redis.backoff import NoBackoff
from redis.cluster import RedisCluster
from redis.retry import Retry
options = {"address_remap": lambda address: ("localhost", address[1])} if "remap" in sys.argv else {}
try:
    with RedisCluster(host="localhost", port=7001, socket_timeout=2, retry=Retry(NoBackoff(), 1), **options) as client:
        for n in range(10):
            client.set(f"order:{n}", "paid")
    print("written")
except (redis.RedisError, redis.exceptions.RedisClusterException) as error:
    print(str(error).splitlines()[0])
"""


def test_cluster_gives_out_what_it_was_told_to(folder, captured, loaded):
    node = (
        "redis-server cluster.conf --port {0} --cluster-config-file {0}.nodes --unixsocket {0}.sock "
        "--protected-mode no --bind 172.18.0.{1} --bind-source-addr 172.18.0.{1} "
        "--cluster-announce-hostname redis-{2}.redis"
    )
    process = pods(folder, *node.format(7001, 5, 0).split(), before=node.format(7002, 6, 1) + " &")
    first, second = at(folder, "7001.sock"), at(folder, "7002.sock")
    first.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 8191)
    second.execute_command("CLUSTER", "ADDSLOTSRANGE", 8192, 16383)
    first.execute_command("CLUSTER", "MEET", "172.18.0.6", 7002)
    for client in (first, second):
        wait_until(lambda client=client: client.cluster("INFO")["cluster_state"] == "ok", 20, "the cluster")
    wait_until(lambda: "redis-1.redis" in str(first.execute_command("CLUSTER SHARDS")), 20, "the names")
    loaded(f"{PAGE}/cluster.conf", "redis-server", process)
    publish(folder, _7001="7001.sock", _7002="7002.sock")

    def look(hosts, *words):
        owners = sorted({f"`{slots[2][0]}`" for slots in first.execute_command("CLUSTER SLOTS")})
        return [Cell(", ".join(owners)), Cell(outside(folder, hosts, "python", "-c", CLUSTER_CLIENT, *words).strip())]

    unknown, named = look("hosts.outside"), look("hosts.named")
    for client in (first, second):
        client.config_set("cluster-preferred-endpoint-type", "ip")
    rows = [
        ["nothing", *look("hosts.outside")],
        ["nothing; the client has an `address_remap`", *look("hosts.outside", "remap")],
        ["names", *unknown],
        ["names; outside, they lead to published ports", *named],
    ]
    assert [str(row[2]) for row in rows][1::2] == ["written"] * 2
    captured(
        f"{PAGE}/cluster.table", table(["What is set", "What the nodes answer", "What a client outside gets"], *rows)
    )


@pytest.fixture
def manifest():
    service, stateful = yaml.safe_load_all((HERE / "redis.yml").read_text())
    (container,) = stateful["spec"]["template"]["spec"]["containers"]
    assert service["metadata"]["name"] == stateful["spec"]["serviceName"]
    return container


def test_manifest_fits_the_schema_and_a_typo_is_named(terminal, folder, loaded):
    session = terminal(f"{PAGE}/validate.console", fails=["kubernetes-validate --strict typo.yml"])
    loaded(f"{PAGE}/redis.yml", "kubernetes-validate", session)


def status(folder, *command):
    """The exit status of a command."""
    process = folder.start(*command)
    return process.wait()


def test_probes_tell_loading_from_down(folder, manifest, captured):
    """And Redis saves on SIGTERM what it is asked to keep."""
    ready = manifest["readinessProbe"]["exec"]["command"]
    assert manifest["livenessProbe"]["tcpSocket"] == {"port": 6379}

    def look():
        alive = "import socket; socket.create_connection(('localhost', 6379), 3)"
        commands = [["redis-cli", "ping"], ready, ["python", "-c", alive]]
        return [Cell("passes" if status(folder, *command) == 0 else "fails") for command in commands]

    rows = [["Redis is down", *look()]]
    server = folder.start(*manifest["args"], "--unixsocket", "redis.sock")
    with at(folder, "redis.sock") as client:
        for n in range(500):
            client.set(f"order:{n}", "paid" * 1000)
        rows.append(["Redis answers", *look()])
        client.bgrewriteaof()
        wait_until(lambda: not client.info("persistence")["aof_rewrite_in_progress"], 20, "the rewrite")
        client.set("order:500", "paid")
    assert server.stop() == 0
    slow = ("--key-load-delay", "60000", "--loading-process-events-interval-bytes", "1024")
    server = folder.start(*manifest["args"], *slow)
    with redis.Redis(retry=RETRY) as client:
        wait_until(lambda: client.info("persistence")["loading"], 20, "loading to begin")
        rows.insert(1, ["Redis is loading its data", *look()])
        assert client.info("persistence")["loading"], "it went on for the whole time"
    server.kill()
    server = folder.start(*manifest["args"])
    with redis.Redis(retry=RETRY) as client:
        assert client.dbsize() == 501
    head = ["State", "`redis-cli ping`", f"`{' '.join(ready)}`", "`tcpSocket`"]
    captured(f"{PAGE}/probes.table", table(head, *rows))


def test_service_called_redis_puts_an_address_into_redis_port(folder, captured):
    program = "import os; print(int(os.environ.get('REDIS_PORT', 6379)))"
    assert folder.run("python", "-c", program) == "6379\n"
    told = folder.run("python", "-c", program, env={"REDIS_PORT": "tcp://10.96.12.7:6379"}, status=1)
    captured(f"{PAGE}/service_links.txt", told.splitlines()[-1])
