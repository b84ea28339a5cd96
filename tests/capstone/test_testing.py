"""What docs/capstone/testing.md promises."""

import pytest

PAGE = "capstone/testing"
pytestmark = pytest.mark.timeout(600)


def test_the_applications_own_tests_pass(terminal, workspace, redis_server, rabbitmq, loaded):
    workspace.copy("capstone/app")
    terminal(f"{PAGE}/tests.console", timeout=240)
    without = ("pytest", "-c", "pytest.ini", "--ignore=tests/test_workflow.py")
    assert " passed" in workspace.run(*without, env={"BROKER_URL": "amqp://localhost:1//"}, timeout=240)
    loaded("capstone/app/pytest.ini", "pytest", workspace.last)  # quiet, as the session shows, which finds it itself
