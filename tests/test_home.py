"""What docs/index.md shows."""


def test_visits_are_counted_and_forgotten_after_a_day(run_script, redis_server):
    run_script("home/welcome.py")
    client = redis_server.client()
    assert client.get("visits") == "1"
    assert 86_390 <= client.ttl("visits") <= 86_400
