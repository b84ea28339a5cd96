"""What docs/index.md shows."""


def test_visits_are_counted_and_forgotten_after_a_day(run_script, redis_server):
    run_script("home/welcome.py")
    client = redis_server.client()
    assert client.get("visits") == "1"
    assert 86_390 <= client.ttl("visits") <= 86_400


def test_next_visit_does_not_put_the_end_off(workspace, redis_server):
    workspace.copy("home")
    client = redis_server.client()
    client.set("visits", 6, ex=100)
    assert "visitor number 7" in workspace.run("python", "welcome.py")
    assert 0 < client.ttl("visits") <= 100
