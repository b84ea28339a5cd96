"""What docs/capstone/index.md promises."""

import sqlite3

import pytest

PAGE = "capstone/index"
PATIENCE = 150  # seconds for a step: five Pythons start at once
pytestmark = pytest.mark.timeout(600)


def test_commands_of_the_first_page_bring_a_signup_to_its_end(terminal, workspace, redis_server, rabbitmq):
    workspace.copy("capstone/app")
    terminal(f"{PAGE}/start.console", timeout=PATIENCE)
    terminal(f"{PAGE}/sign_up.console", timeout=PATIENCE)
    database = sqlite3.connect(workspace.path / "signup.db")
    assert database.execute("select email, state from signups").fetchall() == [("amina@example.com", "done")]
    assert database.execute("select * from outbox").fetchall() == []
    database.close()
    assert len(list((workspace.path / "mail" / "new").iterdir())) == 1
    terminal(f"{PAGE}/stop.console", timeout=PATIENCE)
    queues = {queue["name"]: queue for queue in rabbitmq.api("GET", "queues/%2F")}
    for name in ("signup", "signup.dead"):
        assert queues[name]["type"] == "quorum"
        assert rabbitmq.queue_depth(name) == 0
