"""What docs/redis/cheat-sheet.md promises: every line of it runs on an empty server, in any order."""

import json

import pytest

PAGE = "redis/cheat_sheet"


@pytest.mark.parametrize(
    ("session", "left"),
    [
        ("keys", set()),
        ("strings", {"price:tea", "price:salt", "log"}),
        ("hashes", {"user:1"}),
        ("lists", set()),
        ("sets", {"newsletter", "customers", "visitors"}),
        ("sorted_sets", {"board"}),
        ("streams", {"orders"}),
        ("several", {"stock:tea", "orders"}),
    ],
)
def test_commands_answer_as_shown(terminal, redis_server, session, left):
    terminal(f"{PAGE}/{session}.redis")
    assert set(redis_server.client().keys()) == left


def test_client_connects_with_limits_and_a_name(run_script, redis_server, monkeypatch):
    monkeypatch.delenv("REDIS_URL", raising=False)
    names = run_script(f"{PAGE}/connect.py")
    settings = names["client"].connection_pool.connection_kwargs
    assert (settings["socket_timeout"], settings["socket_connect_timeout"]) == (2, 2)
    assert settings["retry"].get_retries() == 3
    assert names["worker"].connection_pool.connection_kwargs["socket_timeout"] is None


def test_keys_live_and_expire_from_python(run_script, redis_server):
    run_script(f"{PAGE}/keys.py")
    assert redis_server.client().dbsize() == 0


def test_strings_and_counters_from_python(run_script, redis_server):
    run_script(f"{PAGE}/strings.py")
    client = redis_server.client()
    assert json.loads(client.get("user:1")) == {"name": "Amina"}
    assert client.get("visits") == "0"


def test_hashes_from_python(run_script, redis_server):
    run_script(f"{PAGE}/hashes.py")
    assert redis_server.client().hget("customer:1", "orders") == "1"


def test_job_moves_to_the_working_list_and_leaves_it_when_done(run_script, redis_server):
    run_script(f"{PAGE}/lists.py")
    client = redis_server.client()
    assert client.lrange("emails", 0, -1) == ["invoice"]
    assert client.exists("working") == 0


def test_sets_from_python(run_script, redis_server):
    run_script(f"{PAGE}/sets.py")


def test_sorted_sets_from_python(run_script, redis_server):
    run_script(f"{PAGE}/sorted_sets.py")
    assert redis_server.client().zscore("board", "bilal") == 160


def test_stream_entry_is_read_once_and_acknowledged(run_script, redis_server):
    run_script(f"{PAGE}/streams.py")
    assert redis_server.client().xpending("orders", "mailers")["pending"] == 0


def test_message_reaches_only_who_listens(run_script, redis_server):
    run_script(f"{PAGE}/pubsub.py")


def test_several_commands_at_once(run_script, redis_server):
    run_script(f"{PAGE}/several.py")
    assert redis_server.client().get("stock:tea") == "13"


def test_recipes_load_once_count_to_the_limit_and_claim_once(run_script, redis_server):
    run_script(f"{PAGE}/recipes.py")
    client = redis_server.client()
    assert 0 < client.ttl("limit:amina") <= 60, "the counter ends by itself"
    assert client.exists("lock:report") == 0, "the lock was given back"


def test_asyncio_client_runs_as_shown(run_script, redis_server):
    run_script(f"{PAGE}/in_asyncio.py")
    assert redis_server.client().get("visits") == "1"


def test_looking_at_a_server(terminal, redis_server):
    terminal(f"{PAGE}/look.console")
