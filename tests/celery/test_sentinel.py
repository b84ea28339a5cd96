"""What docs/celery/sentinel.md promises."""

import pytest
import redis

from harness.process import wait_until

PAGE = "celery/sentinel"
OPTIONS = ("worker", "-c", "1", "--loglevel=INFO", "--without-mingle", "--without-gossip")
PATIENCE = 60  # seconds
pytestmark = [pytest.mark.timeout(240), pytest.mark.usefixtures("fresh_connections")]
PORTS = (26379, 26380, 26381)


def answers(port: int, question) -> bool:
    with redis.Redis(port=port, decode_responses=True, socket_timeout=5, retry=None) as client:
        try:
            return question(client)
        except redis.ConnectionError:
            return False


@pytest.fixture
def watched(redis_server, workspace):
    """The primary and the replica of the Redis guide, and three Sentinels that agree on both."""
    redis_server.stop()
    for name in ("primary", "replica", "sentinel"):
        workspace.copy(f"redis/high_availability/{name}.conf")
    for name in ("primary", "replica"):
        workspace.start("redis-server", f"{name}.conf", "--daemonize", "no")
    in_step = lambda client: client.info("replication")["master_link_status"] == "up"  # noqa: E731
    wait_until(lambda: answers(6380, in_step), PATIENCE, "the replica to be in step")
    for port in PORTS:
        folder = workspace.path / f"sentinel-{port}"
        folder.mkdir()
        (folder / "sentinel.conf").write_text((workspace.path / "sentinel.conf").read_text())
        words = ("--sentinel", "--port", str(port), "--dir", str(folder), "--daemonize", "no")
        workspace.start("redis-server", str(folder / "sentinel.conf"), *words)

    def agreed(client) -> bool:
        state = client.sentinel_master("orders")
        replicas = client.sentinel_slaves("orders")
        return state["num-other-sentinels"] == 2 and any(one["master-link-status"] == "ok" for one in replicas)

    for port in PORTS:
        wait_until(lambda port=port: answers(port, agreed), PATIENCE, "the Sentinels to know each other")
    workspace.copy(PAGE)
    return workspace


def test_worker_and_sender_follow_the_failover(watched, terminal):
    terminal(f"{PAGE}/wrong_name.console")
    # A worker may end when the connection breaks while it acknowledges a task: something has to start it again.
    worker = watched.start("sh", "-c", f"until celery -A shop {' '.join(OPTIONS)}; do sleep 0.2; done")
    worker.wait_for("ready", timeout=PATIENCE)
    terminal(f"{PAGE}/failover.console", timeout=150)
    bare = "from shop import *; del OPTIONS['global_keyprefix']; app.conf.broker_transport_options = OPTIONS; "
    with redis.Redis(port=6380, decode_responses=True) as client:
        keys = client.keys()
        assert keys
        assert all(key.startswith("shop:") for key in keys), keys
        assert "order 1 packed" in watched.run("python", "-c", "from shop import pack; print(pack(1))")
        watched.run("python", "-c", bare + "pack.apply_async([1], ignore_result=True)")
        assert client.llen("celery") == 1, "a sender without the prefix fills a list that no worker reads"
    worker.kill()
