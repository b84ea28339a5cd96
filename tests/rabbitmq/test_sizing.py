"""What docs/rabbitmq/sizing.md promises."""

import resource

import pytest

from harness.process import wait_until

PAGE = "rabbitmq/sizing"


@pytest.fixture
def limited(workspace, new_rabbitmq):
    """A broker with the page's limits, and the reader's folder, whose programs ask this broker."""
    workspace.copy(PAGE)
    broker = new_rabbitmq(5673, nodename="limited@localhost", config=workspace.path / "limits.conf")
    workspace.env |= broker.tool_environment() | {
        "API": f"http://localhost:{broker.management_port}/api",
        "AMQP_URL": "amqp://localhost:5673",
    }
    return broker


def test_broker_refuses_more_than_its_configuration_allows(limited, terminal, workspace, loaded):
    def reports() -> bool:
        (node,) = limited.api("GET", "nodes")
        return bool(node.get("mem_limit")) and node.get("disk_free_limit") == 2_000_000_000

    wait_until(reports, 30, "the node to report its limits")
    assert "Memory high watermark set to 2048 MiB" in limited.log.read_text()
    terminal(f"{PAGE}/limits.console")
    if limited.release >= (4, 0):
        terminal(f"{PAGE}/too_much.console")
    else:
        assert "PRECONDITION_FAILED - message size 2000000" in workspace.run("python", "too_much.py")
    loaded(f"{PAGE}/limits.conf", "rabbitmq-server", limited)


@pytest.mark.own_servers("limits the files of the server")
def test_broker_without_file_handles_accepts_connections_and_does_not_answer(terminal, page, rabbitmq, captured):
    start = rabbitmq.log.stat().st_size
    before = resource.prlimit(rabbitmq.pid, resource.RLIMIT_NOFILE)
    try:
        terminal(f"{PAGE}/files.console")
        log = [line for line in rabbitmq.log.read_bytes()[start:].decode().splitlines() if "out of file" in line]
    finally:
        resource.prlimit(rabbitmq.pid, resource.RLIMIT_NOFILE, before)
    captured(f"{PAGE}/files.log", log[0])
    page.run("python", "connect.py")


def test_alarms_tell_publishers_and_flow_control_does_not(terminal, page, rabbitmq):
    page.copy("rabbitmq/operations/send_orders.py")
    page.run("python", "send_orders.py")
    try:
        terminal(f"{PAGE}/alarm.console")
    finally:
        rabbitmq.ctl("set_vm_memory_high_watermark", "0.6")
        rabbitmq.ctl("set_disk_free_limit", "50MB")
    terminal(f"{PAGE}/flow.console")
