"""What docs/rabbitmq/operations.md promises."""

import base64
import json
import re
import subprocess
import urllib.error
import urllib.request

import pika
import pytest

from harness.lab.servers.base import ServerError
from harness.process import wait_until

PAGE = "rabbitmq/operations"


@pytest.fixture
def quick_numbers(rabbitmq):
    """Queues report their numbers every five seconds; half a second saves the test time."""
    settings = ("quorum_tick_interval", "collect_statistics_interval")

    def every(milliseconds: int) -> None:
        rabbitmq.eval(", ".join(f"application:set_env(rabbit, {name}, {milliseconds})" for name in settings))

    every(500)
    yield
    every(5000)


@pytest.fixture
def limits(rabbitmq):
    """Whatever a drill does to memory and disk limits is undone."""
    yield
    rabbitmq.ctl("set_vm_memory_high_watermark", "0.6")
    rabbitmq.ctl("set_disk_free_limit", "50MB")


def shown(session) -> str:
    return "\n".join(session.outputs)


def test_healthy_broker_passes_its_checks_and_shows_its_queues_and_limits(terminal, page, rabbitmq, quick_numbers):
    terminal(f"{PAGE}/checks.console")
    terminal(f"{PAGE}/look.console")
    terminal(f"{PAGE}/nobody_reads.console")
    terminal(f"{PAGE}/metrics.console")
    terminal(f"{PAGE}/policies.console")


def test_health_check_is_content_when_somebody_reads_and_names_what_waits(page, rabbitmq, quick_numbers):
    assert page.run("python", "health.py") == "healthy\n", "no queues, no problems"
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        channel = connection.channel()
        channel.queue_declare("orders", durable=True)
        stream = {"x-queue-type": "stream"}
        for name, arguments in (("orders.wait.5s", None), ("orders.parked", None), ("order-events", stream)):
            channel.queue_declare(name, durable=True, arguments=arguments)
        channel.basic_qos(prefetch_count=1)
        for _ in range(1002):
            channel.basic_publish("", "orders", b"{}")
            channel.basic_publish("", "order-events", b"{}")
        for name in ("orders", "order-events"):
            channel.basic_consume(name, lambda *_: None)
        connection.process_data_events(time_limit=0.1)

        def noticed() -> bool:
            found = rabbitmq.api("GET", "queues/%2F/orders")
            log = rabbitmq.api("GET", "queues/%2F/order-events")
            return (
                (found.get("messages_ready"), found.get("consumers")) == (1001, 1)
                and log.get("messages_ready") == 1002
                and log.get("consumers") == 1
            )

        wait_until(noticed, 30, "the management page to show the queue", interval=0.2)
        said = page.run("python", "health.py", status=1)
    assert said == "orders: 1001 messages wait\n"


TASKS = (  # what you want, what to tell the new rabbitmqadmin, and the old one
    (
        "declare a queue",
        "declare queue --name audit --type quorum --durable true",
        "declare queue name=audit queue_type=quorum durable=true",
    ),
    (
        "publish",
        "publish message --routing-key audit --payload hello",
        "publish exchange=amq.default routing_key=audit payload=hello",
    ),
    ("look at a message", "get messages --queue audit --ack-mode ack_requeue_true", "get queue=audit"),
    ("take a message away", "get messages --queue audit", "get queue=audit ackmode=ack_requeue_false"),
    ("export definitions", "definitions export --file all.json", "export all.json"),
    ("delete a queue", "delete queue --name audit", "delete queue name=audit"),
)


def test_each_management_tool_takes_its_own_commands(captured, page, version, rabbitmq):
    """On each lane the column of its tool is executed."""
    left = []
    for _, new, old in TASKS:
        page.run("rabbitmqadmin", *(new if version >= (4, 3) else old).split())
        if rabbitmq.api("GET", "queues/%2F"):
            left.append(rabbitmq.queue_depth("audit"))
    assert left == [0, 1, 1, 0, 0]
    assert json.loads((page.path / "all.json").read_text())["queues"][0]["name"] == "audit"
    assert rabbitmq.api("GET", "queues/%2F") == []
    rows = [f"{what} | `{new}` | `{old}`" for what, new, old in TASKS]
    captured(f"{PAGE}/admin.table", "\n".join(["`rabbitmqadmin …` | RabbitMQ 4.3 | 4.0 and 3.10", *rows]))


def test_new_management_tool(terminal, page, version):
    wrong = "rabbitmqadmin declare queue name=audit durable=true"
    if version >= (4, 3):
        terminal(f"{PAGE}/admin_4_3.console", fails=[wrong])


def test_limits_of_a_container_are_absolute_numbers(workspace, new_rabbitmq, loaded):
    workspace.copy(PAGE)
    broker = new_rabbitmq(port=5673, nodename="contained@localhost", config=workspace.path / "container.conf")
    limits = (600 * 1024 * 1024, 2_000_000_000)

    def reported() -> bool:
        (node,) = broker.api("GET", "nodes")
        return (node.get("mem_limit"), node.get("disk_free_limit")) == limits

    wait_until(reported, 30, "the node to report both limits")
    assert "Memory high watermark set to 600 MiB" in broker.log.read_text()
    loaded(f"{PAGE}/container.conf", "rabbitmq-server", broker)


def test_alarm_blocks_publishers_and_no_consumers(terminal, page, rabbitmq, limits):
    page.run("python", "send_orders.py")
    terminal(f"{PAGE}/alarms.console")
    # Without confirms: stored as soon as the broker read on, or lost with its connection.
    assert rabbitmq.queue_depth("orders") in range(4)


def test_health_check_sees_an_alarm_that_the_local_check_overlooks_on_4_3(page, rabbitmq, limits, version):
    rabbitmq.ctl("set_vm_memory_high_watermark", "absolute", "1MB")

    def check(name: str) -> int:
        command = ["rabbitmq-diagnostics", "-q", name]
        done = subprocess.run(command, capture_output=True, timeout=30, check=False)
        return done.returncode

    assert "401" in page.run("python", "health.py", status=1, env={"RABBITMQ_LOGIN": "guest:wrong"})
    said = page.run("python", "health.py", status=1)
    assert said == "alarms: There are alarms in effect in the cluster\n"
    assert check("check_running") == 0, "it runs"
    assert check("check_alarms") != 0
    assert (check("check_local_alarms") == 0) == (version >= (4, 3))
    if version >= (4, 3):
        command = ["rabbitmq-diagnostics", "check_local_alarms"]
        said = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
        assert "deprecated" in (said.stdout + said.stderr).lower(), "which -q hides"
    with pytest.raises(ServerError, match="503"):
        rabbitmq.api("GET", "health/checks/local-alarms")


def test_policymaker_may_set_policies_and_no_operator_policies(rabbitmq):
    rabbitmq.api("PUT", "users/amina", {"password": "amina", "tags": "policymaker"})
    rabbitmq.api("PUT", "permissions/%2F/amina", {"configure": ".*", "write": ".*", "read": ".*"})

    def put(kind: str) -> int:
        login = base64.b64encode(b"amina:amina").decode()
        request = urllib.request.Request(
            f"http://localhost:15672/api/{kind}/%2F/limits",
            json.dumps({"pattern": ".*", "definition": {"max-length": 5}}).encode(),
            {"Authorization": f"Basic {login}", "Content-Type": "application/json"},
            method="PUT",
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    assert put("policies") == 201
    assert put("operator-policies") in (401, 403)


def test_numbers_are_five_seconds_old(rabbitmq):
    assert rabbitmq.eval("application:get_env(rabbit, collect_statistics_interval)") == "{ok,5000}"


def test_definitions_bring_back_the_topology_and_no_messages(terminal, page, rabbitmq, quick_numbers):
    rabbitmq.ctl("set_policy", "limits", "^orders", '{"max-length": 5000}', "--apply-to", "queues")
    page.run("python", "send_orders.py")
    before = topology(rabbitmq)
    terminal(f"{PAGE}/definitions.console", timeout=60)
    assert topology(rabbitmq) == before
    assert rabbitmq.queue_depth("orders") == 0


def topology(rabbitmq) -> dict:
    """What the broker exports, without what a node makes for itself."""
    found = rabbitmq.api("GET", "definitions")
    found["exchanges"] = [exchange for exchange in found["exchanges"] if not exchange["name"].startswith("amq.")]
    return {key: sorted(map(str, found[key])) for key in ("queues", "exchanges", "bindings", "policies", "users")}


def test_rabbitmqctl_export_with_an_operator_policy_cannot_be_imported_before_4_3(page, version, rabbitmq):
    rabbitmq.ctl("set_operator_policy", "caps", ".*", '{"max-length": 1000}', "--apply-to", "queues")
    exported = str(page.path / "exported.json")
    rabbitmq.ctl("export_definitions", exported)
    if version >= (4, 3):
        rabbitmq.ctl("import_definitions", exported)
    else:
        with pytest.raises(ServerError, match="definition must be a dictionary"):
            rabbitmq.ctl("import_definitions", exported)


def test_http_export_with_an_operator_policy_can_be_imported(rabbitmq):
    rabbitmq.ctl("set_operator_policy", "caps", ".*", '{"max-length": 1000}', "--apply-to", "queues")
    exported = rabbitmq.api("GET", "definitions")
    rabbitmq.reset()
    assert rabbitmq.api("GET", "operator-policies") == []
    rabbitmq.api("POST", "definitions", exported)
    assert [policy["name"] for policy in rabbitmq.api("GET", "operator-policies")] == ["caps"]


def test_log_names_what_clients_did_wrong(terminal, page, captured, rabbitmq, version):
    page.run("python", "send_orders.py")
    start = rabbitmq.log.stat().st_size
    terminal(f"{PAGE}/trouble.console")

    def lines() -> list[str]:
        new = rabbitmq.log.read_bytes()[start:].decode(errors="replace")
        return [line for line in new.splitlines() if re.search(r"\[(warning|error)\]", line)]

    wait_until(lambda: any("unexpectedly" in line for line in lines()), 30, "the log to tell of the lost client")
    told = "\n".join(lines())
    for text in ("inequivalent arg 'x-queue-type'", "PLAIN login refused", "client unexpectedly closed TCP connection"):
        assert text in told
    if version >= (4, 3):  # which tells more of the failed login
        captured(f"{PAGE}/trouble.log", told)
