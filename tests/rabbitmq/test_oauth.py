"""What docs/rabbitmq/oauth.md promises."""

import pika
import pytest

from harness.process import wait_until

PAGE = "rabbitmq/oauth"


@pytest.fixture
def broker(rabbitmq, new_rabbitmq, workspace, shell):
    """A broker on the standard port that accepts tokens of the page's issuer, and the reader's folder."""
    rabbitmq.stop()
    workspace.copy(PAGE)
    shell(f"{PAGE}/make_keys.sh")
    return new_rabbitmq(
        nodename="oauth@localhost",
        data=workspace.path,
        config=workspace.path / "oauth.conf",
        plugins=("management", "auth_backend_oauth2"),
    )


def test_token_is_a_password_with_permissions_and_an_end(broker, workspace, terminal, captured, loaded):
    terminal(f"{PAGE}/publish.console")
    loaded(f"{PAGE}/oauth.conf", "rabbitmq-server", broker)
    table = workspace.run("python", "refused.py")
    assert table.count("Login was refused using authentication mechanism PLAIN") == 3
    if broker.release >= (4, 0):  # 3.10 does not name the permission
        captured(f"{PAGE}/refused.table", table)
    log = broker.log.read_text()
    assert "JWT token has expired at timestamp" in log
    assert "PLAIN login refused: user 'ignored' - invalid credentials" in log
    # A user with a password still logs in.
    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        assert connection.is_open


def test_connection_ends_with_its_token_unless_the_token_is_renewed(broker, workspace, terminal):
    workspace.run("python", "publish.py")
    if broker.release >= (4, 3):
        terminal(f"{PAGE}/expires.console")
    else:  # 4.0 and 3.10 let the connection go on: a message every half second, for longer than the token is valid
        workspace.start("python", "expires.py")
        wait_until(lambda: broker.queue_depth("orders") >= 20, 60, "messages after the end of the token")
        assert workspace.run("python", "renew.py").startswith("still connected")
    assert "updated secret, reason: renewed" in broker.log.read_text()
