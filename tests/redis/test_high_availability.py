"""What docs/redis/high-availability.md promises."""

import contextlib
import os
import re
import signal
import socket
import ssl

import pytest
import redis

from harness.lab.servers.base import listening
from harness.process import alive, wait_until

PAGE = "redis/high_availability"


@pytest.fixture
def pair(reader_server, terminal, loaded):
    """The page's primary on 6379 and its replica on 6380, in step."""
    terminal(f"{PAGE}/start_pair.console")
    return reader_server


@pytest.fixture
def sentinels(pair, shell):
    """Three Sentinels that watch the pair."""
    shell(f"{PAGE}/start_sentinels.sh")
    return pair


@pytest.fixture
def cluster(reader_server, shell):
    """The page's six nodes: three primaries with a replica each."""
    shell(f"{PAGE}/start_cluster.sh")
    return reader_server


@contextlib.contextmanager
def client(port: int):
    made = redis.Redis(port=port, decode_responses=True, socket_timeout=5)
    try:
        yield made
    finally:
        made.close()


def pid_of(folder, name: str) -> int:
    return int((folder.path / name).read_text())


def seconds(output: str) -> float:
    return float(re.search(r"longest wait for one order: ([\d.]+) s", output)[1])


def test_replica_has_the_write_and_refuses_writes_of_its_own(pair, run_script, loaded):
    run_script(f"{PAGE}/read_replica.py")
    with client(6380) as replica:
        assert replica.get("order:1") == "paid"
        assert replica.get("order:2") is None
        assert replica.info("replication")["role"] == "slave"
        assert replica.config_get("appendonly") == {"appendonly": "yes"}
        loaded(f"{PAGE}/replica.conf", "redis-server", replica)
    with client(6379) as primary:
        assert primary.info("replication")["connected_slaves"] == 1
        assert primary.config_get("repl-diskless-sync-delay") == {"repl-diskless-sync-delay": "0"}
        loaded(f"{PAGE}/primary.conf", "redis-server", primary)


def test_acknowledged_write_is_lost_when_the_primary_dies_before_the_replica_has_it(pair, terminal):
    killed = pid_of(pair, "primary.pid")
    terminal(f"{PAGE}/lost_write.console")
    assert not alive(killed), "the primary that answered OK is gone"
    with client(6380) as promoted:
        assert promoted.info("replication")["role"] == "master"
        assert not promoted.exists("order:7")
    with client(6379) as returned:
        assert returned.info("replication")["role"] == "slave"
        assert not returned.exists("order:7"), "the old primary had it in its log and dropped it"


def test_frozen_replica_with_an_open_connection_still_gets_the_write(pair):
    """Freezing alone loses nothing: the kernel keeps for the replica what the primary has sent."""
    frozen = pid_of(pair, "replica.pid")
    with client(6379) as primary:
        primary.set("order:8", "paid")
        assert primary.wait(1, 5000) == 1, "the stream is flowing"
        os.kill(frozen, signal.SIGSTOP)
        primary.set("order:9", "paid")
    os.kill(pid_of(pair, "primary.pid"), signal.SIGKILL)
    os.kill(frozen, signal.SIGCONT)
    with client(6380) as replica:
        wait_until(lambda: replica.get("order:9") == "paid", 5, "the write that was under way")


def test_primary_refuses_writes_without_a_replica_when_told_to(pair, terminal):
    terminal(f"{PAGE}/refused_write.console")
    with client(6380) as replica:
        wait_until(lambda: replica.get("order:8") == "paid", 5, "the write that was accepted at last")


def test_sentinels_promote_the_replica_and_the_client_follows(sentinels, terminal, run_script, loaded):
    with client(26379) as sentinel:
        loaded(f"{PAGE}/sentinel.conf", "redis-server --sentinel", sentinel)  # it writes the failover into its file
    terminal(f"{PAGE}/unknown_service.console")
    run_script(f"{PAGE}/async_sentinel.py")
    killed = pid_of(sentinels, "primary.pid")
    session = terminal(f"{PAGE}/failover.console")
    assert not alive(killed), "the first primary is gone"
    assert 0.5 < seconds("\n".join(session.outputs)) < 15
    with client(6380) as promoted:
        assert promoted.info("replication")["role"] == "master"
        assert sum(promoted.exists(f"order:{number}") for number in range(200)) == 200
    with client(26379) as sentinel:
        [watched] = [state for state in sentinel.sentinel_masters().values()]
        assert (watched["quorum"], watched["down-after-milliseconds"]) == (2, 1000)
        assert watched["port"] == 6380


def test_replication_and_sentinel_work_with_tls_and_passwords_only(reader_server, shell, terminal, loaded):
    shell("redis/production/make_certificates.sh")
    shell(f"{PAGE}/make_secrets.sh")
    session = terminal(f"{PAGE}/secured.console")
    loaded(f"{PAGE}/secured.conf", "redis-server", session)
    loaded(f"{PAGE}/secured_sentinel.conf", "redis-server --sentinel", session)
    for name in ("sentinels", "shop"):  # the reader goes on in the same terminal, which has exported them
        secret = (reader_server.path / f"{name}.password").read_text().strip()
        reader_server.env[f"{name.upper()}_PASSWORD"] = secret
    terminal(f"{PAGE}/secured_failover.console")

    def login(user):
        tls = {"ssl": True, "ssl_ca_certs": str(reader_server.path / "ca.crt"), "ssl_check_hostname": False}
        secret = (reader_server.path / f"{user}.password").read_text().strip()
        return redis.Redis(port=6380, username=user, password=secret, decode_responses=True, retry=None, **tls)

    with login("shop") as shop:
        assert shop.get("order:17") == "paid"
        assert shop.info("replication")["role"] == "master", "promoted by a Sentinel that had to log in"
    with login("replica") as replica, pytest.raises(redis.exceptions.NoPermissionError):
        replica.get("order:17")
    with redis.Redis(port=6380, retry=None) as plain, pytest.raises(redis.exceptions.ConnectionError):
        plain.ping()


def test_cluster_client_follows_moved_and_keys_with_one_tag_share_a_slot(cluster, run_script, terminal, loaded):
    run_script(f"{PAGE}/slots.py")
    terminal(f"{PAGE}/crossslot.console")
    run_script(f"{PAGE}/hash_tags.py")
    run_script(f"{PAGE}/async_cluster.py")
    with client(7001) as node:
        assert node.cluster("INFO")["cluster_slots_assigned"] == "16384"
        assert node.config_get("cluster-node-timeout") == {"cluster-node-timeout": "1000"}
        with pytest.raises(redis.ResponseError, match="SELECT is not allowed in cluster mode"):
            node.execute_command("SELECT", 1)
        loaded(f"{PAGE}/cluster.conf", "redis-server", node)
    with redis.RedisCluster(host="localhost", port=7001, decode_responses=True) as whole:
        pairs = {f"price:{number}": str(number) for number in range(20)}
        assert all(whole.mset_nonatomic(pairs))
        assert whole.mget_nonatomic(*pairs) == list(pairs.values()), "of many slots, in the order asked for"


def test_replica_takes_over_its_slots_and_without_a_replica_the_cluster_is_down(cluster, terminal):
    killed = pid_of(cluster, "node-7001/redis.pid")
    session = terminal(f"{PAGE}/cluster_failover.console")
    assert not alive(killed), "the first primary is gone"
    assert seconds("\n".join(session.outputs)) < 15
    with client(7003) as node:
        nodes = node.cluster("NODES")
        failed = {
            address.rpartition(":")[2].split("@")[0] for address, state in nodes.items() if "fail" in state["flags"]
        }
        assert len(failed) == 2
        assert "7001" in failed


def test_defaults_that_the_page_names(redis_server):
    config = redis_server.client().config_get("cluster-*", "repl-diskless-sync-delay", "min-replicas-to-write")
    assert config["cluster-node-timeout"] == "15000"
    assert config["cluster-require-full-coverage"] == "yes"
    assert config["repl-diskless-sync-delay"] == "5"
    assert config["min-replicas-to-write"] == "0"


def test_cluster_talks_tls_between_its_nodes_only_with_tls_cluster(reader_server, shell, terminal, loaded):
    shell("redis/production/make_certificates.sh")
    terminal(f"{PAGE}/tls_cluster.console")
    authority = str(reader_server.path / "ca.crt")
    with redis.Redis(port=7001, ssl=True, ssl_ca_certs=authority, decode_responses=True) as node:
        loaded(f"{PAGE}/tls_cluster.conf", "redis-server", node)

    def greet(bus: int) -> str:
        context = ssl.create_default_context(cafile=authority)
        with socket.create_connection(("localhost", bus), timeout=5) as plain:
            plain.settimeout(5)
            with context.wrap_socket(plain, server_hostname="localhost") as wrapped:
                return wrapped.version() or ""

    assert greet(17001).startswith("TLS")
    (reader_server.path / "node-7004").mkdir()
    without = ("--port", "6400", "--tls-port", "7004", "--dir", "node-7004", "--tls-cluster", "no")
    reader_server.run("redis-server", "tls_cluster.conf", *without)
    wait_until(lambda: listening(16400), 10, "the fourth node to listen")  # 10 000 above the port without TLS
    with pytest.raises((ssl.SSLError, ConnectionError)):
        greet(16400)
