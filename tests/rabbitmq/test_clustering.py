"""What docs/rabbitmq/clustering.md promises."""

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pika
import pytest

from harness import ROOT
from harness.lab.servers.rabbitmq import Epmd
from harness.process import alive, wait_until

PAGE = "rabbitmq/clustering"
PORTS = (5673, 5674, 5675)


@pytest.fixture
def nodes(new_rabbitmq, workspace):
    """Three nodes that found each other through the page's rabbitmq.conf."""
    workspace.copy(PAGE)
    Epmd.join(4369, id(workspace))  # before three threads ask for it at once
    try:
        with ThreadPoolExecutor(3) as starters:
            made = list(starters.map(lambda n: node(new_rabbitmq, n), (1, 2, 3)))
        workspace.env.update(made[0].tool_environment())
        yield made
    finally:
        Epmd.leave(4369, id(workspace))


def node(new_rabbitmq, number: int):
    config = ROOT / "snippets" / PAGE / "rabbitmq.conf"
    return new_rabbitmq(port=5672 + number, nodename=f"rabbit{number}@localhost", plugins=(), config=config)


def shown(session) -> str:
    return "\n".join(session.outputs)


def test_cluster_keeps_confirmed_orders_while_a_majority_lives(nodes, new_rabbitmq, terminal, workspace, loaded):
    first, second, third = nodes
    terminal(f"{PAGE}/status.console")
    loaded(f"{PAGE}/rabbitmq.conf", "rabbitmq-server", first)
    workspace.run("python", "declare.py")

    assert leaders_of_three_queues(first) == {f"rabbit{number}@localhost" for number in (1, 2, 3)}

    killed = first.pid
    session = terminal(f"{PAGE}/failover.console")
    wait_until(lambda: not alive(killed), 30, "node 1 to be gone")
    assert float(re.search(r"longest wait for one: ([\d.]+) s", shown(session))[1]) < 20
    if second.release >= (4, 0):
        terminal(f"{PAGE}/one_left.console")
    else:
        assert workspace.run("python", "classic_gone.py") == "UnroutableError: 1 unroutable message(s) returned\n"

    killed = second.pid
    if second.release >= (4, 0):
        terminal(f"{PAGE}/minority.console")
    else:  # RabbitMQ 3.10 may also say no at once: a nack, which aio-pika raises as DeliveryError
        second.kill()
        said = workspace.run("sh", "-c", "python minority.py 2>&1 | tail -n 1")
        assert "nobody confirmed" in said or "Basic.Nack" in said
    wait_until(lambda: not alive(killed), 30, "node 2 to be gone")
    second.start()
    terminal(f"{PAGE}/majority.console")

    first.kill()
    renamed = new_rabbitmq(port=5673, nodename="renamed@localhost", plugins=(), data=first.data)
    terminal(f"{PAGE}/renamed.console", fails=["python list_orders.py 5673"])
    renamed.kill()
    first.start()
    terminal(f"{PAGE}/back.console")
    assert first.queue_depth("thumbnails") == 1, "the classic queue came back with its node"

    # Leaders that are all on one node are spread over the nodes again.
    with pika.BlockingConnection(pika.ConnectionParameters("localhost", third.port)) as connection:
        for number in range(3):
            quorum = {"x-queue-type": "quorum", "x-queue-leader-locator": "client-local"}
            connection.channel().queue_declare(f"local-{number}", durable=True, arguments=quorum)
    wait_until(lambda: leaders(third, "local-") == {"rabbit3@localhost"}, 30, "all leaders to be on node 3")
    workspace.run("rabbitmq-queues", "rebalance", "quorum", "--queue-pattern", "^local-", timeout=120)
    wait_until(lambda: len(leaders(third, "local-")) == 3, 60, "a leader on each node", interval=0.5)


def leaders_of_three_queues(node) -> set[str]:
    """The nodes that lead three queues, declared over one node with the policy `queue-leader-locator: balanced`."""
    node.ctl("set_policy", "spread", "^spread", '{"queue-leader-locator": "balanced"}')
    with pika.BlockingConnection(pika.ConnectionParameters("localhost", node.port)) as connection:
        channel = connection.channel()
        for number in range(3):
            channel.queue_declare(f"spread-{number}", durable=True, arguments={"x-queue-type": "quorum"})
        found = leaders(node, "spread-")
        for number in range(3):
            channel.queue_delete(f"spread-{number}")
    node.ctl("clear_policy", "spread")
    return found


def leaders(node, prefix: str) -> set[str]:
    """The nodes that lead the queues whose names begin with `prefix`."""
    listed = node.ctl("list_queues", "--quiet", "name", "leader")
    return {line.split()[1] for line in listed.splitlines() if line.startswith(prefix)}


@pytest.fixture
def plugins(rabbitmq):
    """Shovel and federation, switched on; afterwards the broker is ended, and starts again without them."""
    enabled = rabbitmq.folder / "enabled_plugins"
    before = enabled.read_text()
    tool = ["rabbitmq-plugins", "-q", "enable", "rabbitmq_shovel", "rabbitmq_federation"]
    subprocess.run(tool, check=True, capture_output=True, timeout=60)
    yield
    rabbitmq.kill()
    enabled.write_text(before)


def test_shovel_moves_and_federation_copies_between_virtual_hosts(plugins, page, terminal, rabbitmq, loaded):
    session = terminal(f"{PAGE}/shovel.console", timeout=60)
    loaded(f"{PAGE}/shovel.json", "rabbitmqctl set_parameter shovel", session)
    assert rabbitmq.queue_depth("orders", "next") == 100
    assert rabbitmq.queue_depth("orders") == 0
    assert rabbitmq.api("GET", "queues/next/orders")["type"] == "quorum"
    terminal(f"{PAGE}/federate.console", timeout=60)
    assert len(kept_for_berlin(rabbitmq)) == 1, "the queue on the shop's side"
    rabbitmq.ctl("clear_policy", "-p", "berlin", "from-shop")  # the link stops
    wait_until(lambda: not kept_for_berlin(rabbitmq), 30, "the queue on the shop's side to be deleted")


def kept_for_berlin(rabbitmq) -> list[str]:
    return [queue["name"] for queue in rabbitmq.api("GET", "queues/%2F") if queue["name"].startswith("federation:")]


def test_nothing_stands_in_the_way_of_an_upgrade(page, terminal, rabbitmq):
    if rabbitmq.release >= (4, 0):
        terminal(f"{PAGE}/features.console", fails=[FLAGS])
    else:
        assert "disabled" not in rabbitmq.ctl("list_feature_flags", "name", "state")


FLAGS = "rabbitmqctl -q list_feature_flags name state stability | grep stable | grep -c disabled"


def test_client_with_small_frames_is_refused_from_4_1_on(page, terminal, rabbitmq, captured):
    start = rabbitmq.log.stat().st_size
    if rabbitmq.release < (4, 1):
        pika.BlockingConnection(pika.ConnectionParameters("localhost", frame_max=4096)).close()
        return
    terminal(f"{PAGE}/old_client.console")
    new = rabbitmq.log.read_bytes()[start:].decode()
    captured(f"{PAGE}/old_client.log", "\n".join(line for line in new.splitlines() if "[error]" in line))
    assert pika.ConnectionParameters().frame_max == 131072


def test_shovel_over_tls_verifies_the_other_side_when_its_uri_says_so(new_rabbitmq, workspace, shell):
    shell("rabbitmq/security/make_certificates.sh")
    stranger = ("-keyout", "stranger.key", "-out", "stranger.crt", "-subj", "/CN=Stranger", "-newkey", "ec")
    workspace.run("openssl", "req", "-x509", "-nodes", "-pkeyopt", "ec_paramgen_curve:prime256v1", *stranger)
    names = {"cacertfile": "ca.crt", "certfile": "rabbitmq.crt", "keyfile": "rabbitmq.key"}
    files = [f"ssl_options.{name} = {workspace.path / file}" for name, file in names.items()]
    broker = new_rabbitmq(
        5673,
        nodename="tls@localhost",
        plugins=("management", "shovel", "shovel_management"),
        config="\n".join(["listeners.ssl.default = 5671", *files]),
    )

    def shovel(name: str, host: str, ca: str) -> None:
        uri = f"amqps://guest:guest@{host}:5671?cacertfile={workspace.path / ca}&verify=verify_peer"
        source = {"src-uri": "amqp://localhost:5673", "src-queue": f"from-{name}", "dest-queue": f"to-{name}"}
        broker.api("PUT", f"parameters/shovel/%2F/{name}", {"value": source | {"dest-uri": uri, "reconnect-delay": 1}})

    shovel("stranger", "localhost", "stranger.crt")
    shovel("elsewhere", "127.0.0.1", "ca.crt")  # which the certificate does not name
    shovel("ours", "localhost", "ca.crt")
    wait_until(lambda: "to-ours" in queues(broker), 30, "the shovel that verified")
    log = broker.log.read_text
    wait_until(lambda: "Unknown CA" in log() and "hostname_check_failed" in log(), 30, "the two refusals")
    assert queues(broker).isdisjoint({"to-stranger", "to-elsewhere"})


def queues(broker) -> set[str]:
    return {queue["name"] for queue in broker.api("GET", "queues/%2F")}
