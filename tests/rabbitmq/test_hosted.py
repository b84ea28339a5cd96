"""What docs/rabbitmq/hosted.md promises: a broker that plays a hosted service, with TLS, one virtual host, one user."""

import pytest

PAGE = "rabbitmq/hosted"
CONFIG = """listeners.tcp = none
listeners.ssl.default = 5671
ssl_options.certfile = {folder}/rabbitmq.crt
ssl_options.keyfile = {folder}/rabbitmq.key
"""


@pytest.fixture
def service(workspace, new_rabbitmq, rabbitmq):
    """The reader's folder with the page's files, its environment as at a service whose CA this machine knows."""
    workspace.copy("rabbitmq/security")
    workspace.run("bash", "make_certificates.sh")
    workspace.copy(PAGE)
    (workspace.path / "service.conf").write_text(CONFIG.format(folder=workspace.path))
    broker = new_rabbitmq(5671, nodename="hosted@localhost", config=workspace.path / "service.conf")
    broker.api("PUT", "vhosts/shop")
    broker.api("PUT", "users/shop", {"password": "secret", "tags": "policymaker"})
    broker.api("PUT", "permissions/shop/shop", {"configure": ".*", "write": ".*", "read": ".*"})
    workspace.env |= {
        "AMQP_URL": "amqps://shop:secret@localhost:5671/shop",
        "SSL_CERT_FILE": str(workspace.path / "ca.crt"),
        "API": f"http://localhost:{broker.port + 10000}/api",
        "RABBITMQ_LOGIN": "shop:secret",
    }
    return workspace


def test_one_url_is_enough_and_wrong_ones_have_their_texts(service, terminal, captured, version):
    terminal(f"{PAGE}/connect.console")
    table = service.run("python", "wrong_urls.py", timeout=60)
    rows = [line.split(" | ")[1] for line in table.splitlines()[1:]]
    assert "connected" not in rows
    assert all("CERTIFICATE_VERIFY_FAILED" in row for row in rows[-2:])
    if version >= (4, 3):
        captured(f"{PAGE}/wrong_urls.table", table)
    terminal(f"{PAGE}/api.console")
    # aio-pika checks the certificate and its name, too.
    for url, change, reason in (
        ("amqps://shop:secret@127.0.0.1:5671/shop", {}, "IP address mismatch"),
        ("amqps://shop:secret@localhost:5671/shop", {"SSL_CERT_FILE": "/dev/null"}, "unable to get local issuer"),
    ):
        said = service.run("python", "connect_asyncio.py", status=1, env={"AMQP_URL": url} | change)
        assert reason in said


def test_end_of_the_url_is_the_virtual_host(workspace, captured):
    workspace.copy(PAGE)
    captured(f"{PAGE}/vhosts.table", workspace.run("python", "vhosts.py"))
