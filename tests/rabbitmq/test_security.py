"""What docs/rabbitmq/security.md promises."""

import asyncio
import ssl
import stat
import subprocess

import aio_pika
import pika
import pytest
import requests

from harness.lab.servers.base import ServerError
from harness.process import alive

PAGE = "rabbitmq/security"


@pytest.fixture
def tenant(page):
    """The same, with vhost and users made."""
    page.run("python", "make_tenant.py")
    return page


def login(folder, user: str) -> tuple[str, str]:
    return user, (folder.path / f"{user}.password").read_text()


def test_three_users_do_their_part_with_the_least_rights(terminal, page, rabbitmq):
    terminal(f"{PAGE}/make_tenant.console")
    assert rabbitmq.queue_depth("signups", "shop") == 0
    for user in ("shop-deploy", "shop-web", "shop-worker"):
        assert stat.S_IMODE((page.path / f"{user}.password").stat().st_mode) == 0o600
    passwords = {login(page, user)[1] for user in ("shop-deploy", "shop-web", "shop-worker")}
    assert len(passwords) == 3
    assert min(map(len, passwords)) == 32


def test_user_without_a_tag_has_no_way_into_the_management(tenant, rabbitmq):
    whoami = "http://localhost:15672/api/whoami"
    assert requests.get(whoami, auth=login(tenant, "shop-web"), timeout=10).status_code == 401
    rabbitmq.ctl("set_user_tags", "shop-web", "monitoring")
    answer = requests.get(whoami, auth=login(tenant, "shop-web"), timeout=10)
    assert answer.json()["name"] == "shop-web"
    users = requests.get("http://localhost:15672/api/users", auth=login(tenant, "shop-web"), timeout=10)
    assert users.status_code == 401, "that takes an administrator"


def test_each_refusal_has_its_text(terminal, tenant, rabbitmq):
    if rabbitmq.release < (4, 0):
        said = tenant.run("python", "refused.py")
        assert "ACCESS_REFUSED - access to queue 'mine' in vhost 'shop' refused for user 'shop-worker'" in said
        assert said.count("ProbableAccessDeniedError") == said.count("ProbableAuthenticationError") == 2
    else:
        terminal(f"{PAGE}/refused.console")
    with pytest.raises(ServerError, match="404"):
        rabbitmq.api("GET", "queues/shop/mine")
    # Who does not wait for confirms is told only later.
    user, password = login(tenant, "shop-worker")
    parameters = pika.ConnectionParameters("localhost", 5672, "shop", pika.PlainCredentials(user, password))
    with pika.BlockingConnection(parameters) as connection:
        channel = connection.channel()
        channel.basic_publish("", "signups", b"")
        with pytest.raises(pika.exceptions.ChannelClosedByBroker, match=r"access to exchange 'amq\.default'"):
            channel.queue_declare("signups", passive=True)


def test_aio_pika_hides_the_reason_when_the_vhost_is_missing(rabbitmq):
    with pytest.raises(aio_pika.exceptions.AMQPError, match="Expected one of"):
        asyncio.run(aio_pika.connect("amqp://localhost/nope", timeout=10))


def test_actions_need_the_rights_that_the_table_says(page, captured):
    table = page.run("python", "what_needs_what.py", timeout=60)
    rows = {row[0]: row[1:] for row in (line.split(" | ") for line in table.splitlines()[1:])}
    assert rows["declare one with a dead letter exchange"] == ["queue", "exchange", "queue"]
    captured(f"{PAGE}/rights.table", table)


def test_limits_refuse_the_one_too_many(terminal, tenant, rabbitmq):
    if rabbitmq.release < (4, 3):  # 3.10 words the last one otherwise; 4.0 names the node where the user belongs
        said = tenant.run("python", "limits.py")
        assert "cannot declare queue 'invoices': queue limit in vhost 'shop' (1) is reached" in said
        assert "refused for user 'shop-worker': connection limit (2) is reached" in said
        assert "connection refused for user 'shop-web': user connection limit (1) is reached" in said
        assert "has reached the maximum allowed user limit of (2)" in said
    else:
        terminal(f"{PAGE}/limits.console")
    assert [queue["name"] for queue in rabbitmq.api("GET", "queues/shop")] == ["orders"]


def test_limit_leaves_open_connections_alone(rabbitmq):
    parameters = pika.ConnectionParameters("localhost")
    opened = [pika.BlockingConnection(parameters) for _ in range(3)]
    rabbitmq.api("PUT", "vhost-limits/%2F/max-connections", {"value": 2})
    try:
        for connection in opened:
            connection.process_data_events(time_limit=0)
            assert connection.is_open
        with pytest.raises(pika.exceptions.ProbableAccessDeniedError, match=r"connection limit \(2\) is reached"):
            pika.BlockingConnection(parameters)
    finally:
        rabbitmq.api("DELETE", "vhost-limits/%2F/max-connections")
        for connection in opened:
            connection.close()


def test_topic_permission_holds_a_user_to_its_keys(terminal, tenant, rabbitmq):
    if rabbitmq.release < (4, 0):
        said = tenant.run("python", "topics.py")
        assert "order.fr.created: confirmed" in said
        assert "access to topic 'order.de.created' in exchange 'orders' in vhost 'shop' refused" in said
    else:
        terminal(f"{PAGE}/topics.console")
    rabbitmq.api("PUT", "permissions/shop/shop-fr", {"configure": "^$", "write": "^$", "read": "^$"})
    parameters = pika.ConnectionParameters("localhost", 5672, "shop", pika.PlainCredentials("shop-fr", "fr"))
    with pika.BlockingConnection(parameters) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="access to exchange 'orders'"):
            channel.basic_publish("orders", "order.fr.created", b"{}")


def test_worker_in_the_same_vhost_takes_productions_orders(run_script, rabbitmq):
    run_script(f"{PAGE}/one_vhost.py")


def test_new_password_ends_no_connection(tenant, rabbitmq):
    user, password = login(tenant, "shop-web")
    parameters = pika.ConnectionParameters("localhost", 5672, "shop", pika.PlainCredentials(user, password))
    with pika.BlockingConnection(parameters) as connection:
        rabbitmq.ctl("change_password", user, "another")
        connection.process_data_events(time_limit=0.1)
        assert connection.is_open
        rabbitmq.ctl("close_all_user_connections", user, "password changed")
        with pytest.raises(pika.exceptions.ConnectionClosedByBroker, match="password changed"):
            connection.process_data_events(time_limit=30)
    with pytest.raises(pika.exceptions.ProbableAuthenticationError):
        pika.BlockingConnection(parameters)


@pytest.fixture
def second_address():
    """An address of this machine, as the loopback device of the test's own network has it, that is not 127.0.0.1."""
    added = subprocess.run(["ip", "addr", "add", "192.168.10.5/32", "dev", "lo"], capture_output=True, check=False)
    if added.returncode:
        pytest.skip(f"needs an address besides 127.0.0.1: {added.stderr.decode().strip()}")
    yield
    subprocess.run(["ip", "addr", "del", "192.168.10.5/32", "dev", "lo"], check=True)


def test_tls_admits_who_has_a_certificate_and_guest_only_from_the_same_machine(
    terminal, workspace, shell, new_rabbitmq, second_address, loaded, captured
):
    workspace.copy(PAGE)
    shell(f"{PAGE}/make_certificates.sh")
    for name in ("rabbitmq.crt", "shop-web.crt"):  # as strict as Python 3.13 and newer
        verified = workspace.run("openssl", "verify", "-x509_strict", "-CAfile", "ca.crt", name)
        assert verified == f"{name}: OK\n"
    broker = new_rabbitmq(
        5671,
        nodename="tls@localhost",
        data=workspace.path,
        config=workspace.path / "tls.conf",
        plugins=("management", "auth_mechanism_ssl"),
        env={"RABBITMQ_NODE_IP_ADDRESS": ""},
    )
    workspace.env.update(broker.tool_environment())
    shell(f"{PAGE}/tls_users.sh")
    terminal(f"{PAGE}/tls.console")
    listeners = {it["protocol"] for it in broker.api("GET", "overview")["listeners"]}
    assert "amqp/ssl" in listeners
    assert "amqp" not in listeners
    refused = without_certificate(workspace)
    assert "CERTIFICATE_REQUIRED" in refused or "EOF" in refused
    loaded(f"{PAGE}/tls.conf", "rabbitmq-server", broker)
    terminal(f"{PAGE}/guest.console")
    (said,) = [line for line in broker.log.read_text().splitlines() if "via localhost" in line]
    captured(f"{PAGE}/guest.log", said.partition("> ")[2])


def test_management_api_has_a_port_with_tls(terminal, workspace, new_rabbitmq, loaded):
    workspace.copy(PAGE)
    workspace.run("bash", "make_certificates.sh")
    config = workspace.path / "management_tls.conf"
    broker = new_rabbitmq(5673, nodename="api@localhost", data=workspace.path, config=config, plugins=("management",))
    terminal(f"{PAGE}/management_tls.console")
    loaded(f"{PAGE}/management_tls.conf", "rabbitmq-server", broker)


def without_certificate(folder) -> str:
    """What a client hears that has no certificate to show."""
    options = pika.SSLOptions(ssl.create_default_context(cafile=folder.path / "ca.crt"), "localhost")
    with pytest.raises(pika.exceptions.IncompatibleProtocolError) as error:
        pika.BlockingConnection(pika.ConnectionParameters("localhost", 5671, ssl_options=options))
    return str(error.value)


def test_client_that_does_not_verify_gives_its_password_to_an_impostor(terminal, workspace):
    workspace.copy(PAGE)
    terminal(f"{PAGE}/impostor.console")
    assert not alive(int((workspace.path / "impostor.pid").read_text()))
    # A client that does verify tells it nothing.
    impostor = workspace.start("python", "impostor.py")
    impostor.wait_for("waiting")
    options = pika.SSLOptions(ssl.create_default_context(), "localhost")
    with pytest.raises(ssl.SSLCertVerificationError):
        pika.BlockingConnection(pika.ConnectionParameters("localhost", 5674, ssl_options=options))
    impostor.wait_for("ssl.SSLError")
    assert "stolen" not in impostor.output()
