"""What docs/rabbitmq/cheat-sheet.md promises: every block runs on an empty broker, in any order."""

import json

from harness.process import wait_until

PAGE = "rabbitmq/cheat_sheet"


def queues(rabbitmq) -> set[str]:
    return {queue["name"] for queue in rabbitmq.api("GET", "queues/%2F")}


def test_connection_has_a_name_and_limits(run_script, rabbitmq, monkeypatch):
    monkeypatch.delenv("AMQP_URL", raising=False)
    parameters = run_script(f"{PAGE}/connect.py")["parameters"]
    assert (parameters.blocked_connection_timeout, parameters.socket_timeout) == (30, 5)
    assert parameters.virtual_host == "/"


def test_queues_are_declared_and_one_is_deleted(run_script, rabbitmq):
    run_script(f"{PAGE}/declare.py")
    # The queue of the connection goes a moment after the connection.
    wait_until(lambda: queues(rabbitmq) == {"orders", "orders.dead"}, 10, "the named queues, and no other, to be left")


def test_order_is_stored_and_the_misspelled_queue_is_reported(run_script, rabbitmq):
    run_script(f"{PAGE}/publish.py")
    assert rabbitmq.queue_depth("orders") == 1


def test_events_go_where_the_keys_say_and_the_rest_is_caught(run_script, rabbitmq):
    run_script(f"{PAGE}/routing.py")
    assert rabbitmq.queue_depth("lost") == 1


def test_worker_answers_in_three_ways(run_script, rabbitmq):
    run_script(f"{PAGE}/consume.py")
    assert rabbitmq.queue_depth("orders") == 0


def test_looking_at_a_message_keeps_it_and_purging_does_not(run_script, rabbitmq):
    run_script(f"{PAGE}/peek.py")
    assert rabbitmq.queue_depth("orders.dead") == 0


def test_message_waits_and_moves_on(run_script, rabbitmq):
    run_script(f"{PAGE}/delay.py")
    assert rabbitmq.queue_depth("orders.wait.500ms") == 0


def test_question_is_answered(run_script, rabbitmq):
    run_script(f"{PAGE}/rpc.py")


def test_stream_is_read_from_the_second_event(run_script, rabbitmq):
    run_script(f"{PAGE}/stream.py")


def test_asyncio_client_publishes_and_consumes(run_script, rabbitmq, monkeypatch):
    monkeypatch.delenv("AMQP_URL", raising=False)
    run_script(f"{PAGE}/in_asyncio.py")
    arguments = rabbitmq.api("GET", "queues/%2F/orders")["arguments"]
    assert arguments["x-dead-letter-routing-key"] == "orders.dead", "what is rejected is not dropped"
    assert rabbitmq.queue_depth("orders") == 0


def test_looking_at_a_node_and_its_queues(terminal, page, rabbitmq):
    terminal(f"{PAGE}/node.console")
    terminal(f"{PAGE}/look.console")
    assert queues(rabbitmq) == {"orders.dead"}


def test_user_gets_a_virtual_host_and_few_permissions_and_goes(terminal, page, rabbitmq):
    terminal(f"{PAGE}/users.console")
    assert [user["name"] for user in rabbitmq.api("GET", "users")] == ["guest"]


def test_policy_is_set_and_cleared(terminal, page, rabbitmq):
    terminal(f"{PAGE}/policies.console")
    assert rabbitmq.api("GET", "policies") == []


def test_http_api_creates_checks_exports_and_deletes(terminal, page, rabbitmq):
    terminal(f"{PAGE}/http.console")
    assert queues(rabbitmq) == set()
    exported = json.loads((page.path / "backup.json").read_text())
    assert [queue["name"] for queue in exported["queues"]] == ["orders"]
