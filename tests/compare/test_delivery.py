"""What docs/compare/delivery.md promises."""

PAGE = "compare/delivery"


def rows(text: str) -> dict[str, str]:
    """A table of two columns without its head."""
    return dict(line.split(" | ") for line in text.splitlines()[1:])


def test_two_workers_share_work_and_lose_its_order(both, captured):
    table = both.run("python", "two_workers.py", timeout=60)
    shared = "2 3 4 1"  # step 1 was begun first and done last
    everything = "1 2 3 4 1"  # two readers, and each reads everything
    assert rows(table) == {
        "Redis Pub/Sub": everything,
        "Redis list": shared,
        "Redis stream": shared,
        "RabbitMQ classic queue": shared,
        "RabbitMQ quorum queue": shared,
        "RabbitMQ stream": everything,
    }
    captured(f"{PAGE}/two_workers.table", table)


def test_one_message_reaches_ten_receivers_or_one(both, redis_server, captured):
    table = both.run("python", "fan_out.py", timeout=90)
    assert rows(table) == {
        "Redis Pub/Sub": "10",
        "Redis list": "1",
        "Redis stream, one group": "1",
        "Redis stream, a group for each": "10",
        "RabbitMQ fanout exchange, a queue for each": "10",
        "RabbitMQ stream": "10",
    }
    assert redis_server.client().xlen("news-each-stream") == 1, "ten groups read one copy"
    captured(f"{PAGE}/fan_out.table", table)


def test_both_can_deliver_later_and_only_one_does_it_itself(run_script, redis_server, rabbitmq):
    run_script(f"{PAGE}/later.py")
    assert rabbitmq.queue_depth("jobs-in-a-second") == 0


def test_delayed_job_in_redis_stays_where_it_is_when_no_program_moves_it(redis_server):
    client = redis_server.client()
    client.zadd("jobs:later", {"reminder-1": 0})  # due since 1970
    assert client.llen("jobs") == 0
    assert client.zrange("jobs:later", 0, -1) == ["reminder-1"]


def test_urgent_job_is_first_from_two_lists_and_from_one_queue_with_levels(run_script, redis_server, rabbitmq):
    run_script(f"{PAGE}/urgent.py")
