"""What docs/celery/limits.md promises."""

import json
import re

import pytest

from harness.process import alive, wait_until
from harness.proof.runners.tables import Cell, table

PAGE = "celery/limits"
OPTIONS = ("--loglevel=INFO", "--without-mingle", "--without-gossip")
PATIENCE = 60  # seconds
pytestmark = pytest.mark.timeout(180)


def now(client) -> float:
    seconds, microseconds = client.time()
    return seconds + microseconds / 1_000_000


def test_two_workers_keep_one_limit(terminal, shop, redis_server):
    clock = redis_server.client(db=2)
    began = now(clock)
    terminal(f"{PAGE}/tell.console", timeout=90)
    assert now(clock) - began >= 7 * 0.5, "eight calls, two a second, by the clock that the limiter reads"
    for name in ("one.pid", "two.pid"):
        pid = int((shop.path / name).read_text())
        wait_until(lambda pid=pid: not alive(pid), PATIENCE, "the workers to end")


def test_limiter_allows_one_call_in_an_interval_whoever_asks(shop, redis_server):
    ask = "from limiter import take; print([take('slow', 0.01), take('slow', 0.01), take('other', 0.01)])"
    first, second, other = eval(shop.run("python", "-c", ask))
    assert first == other == 0
    assert 90 < second <= 100
    assert 0 < redis_server.client(db=2).pttl("limit:slow") <= 100_000, "it leaves no key behind"


def test_position_of_the_small_tenant(shop, rabbitmq, captured):
    """Acme sends forty invoices, then Bilal sends one: after how many is it sent?"""
    send = "from tenants import *\n"
    send += "for tenant in ['Acme'] * 40 + ['Bilal']: send_invoice.apply_async(kwargs={'tenant': tenant}, **%s)"
    numbers = shop.run("python", "-c", "from tenants import *; print(by_tenant('', (), {'tenant': 'Acme'}, {}))")
    numbers += shop.run("python", "-c", "from tenants import *; print(by_tenant('', (), {'tenant': 'Bilal'}, {}))")
    assert numbers.count("tenants-") == 2
    assert len(set(numbers.split())) == 3, "two queues"
    brokers = {"Redis": "redis://localhost:6379/0", "RabbitMQ": "amqp://guest:guest@localhost:5672//"}

    def positions(options: dict[str, str]) -> list[int]:
        queues = options.get("queue") or ",".join(f"tenants-{number}" for number in range(8))
        words = ("celery", "-A", "tenants", "worker", "-c", "1", "-Q", queues, *OPTIONS)
        for url in brokers.values():
            shop.run("python", "-c", send % options, env={"BROKER_URL": url})
        workers = [shop.start(*words, env={"BROKER_URL": url}) for url in brokers.values()]
        found = []
        for worker in workers:
            log = worker.wait_for("succeeded in .*invoice of", PATIENCE, count=41)
            found.append(re.findall(r"succeeded in .*invoice of (\w+)", log).index("Bilal") + 1)
        for worker in workers:
            assert worker.stop() == 0
        return found

    assert positions({"queue": "all"}) == [41, 41]
    # A worker that subscribes slowly to its eight queues may take two or three of Acme's first.
    for _ in range(4):
        shared = positions({})
        assert max(shared) <= 4
        if shared == [2, 2]:
            break
    rows = [
        ("one queue", Cell(41), Cell(41)),
        ("a queue for each eighth of the tenants", *map(Cell, shared)),
    ]
    captured(f"{PAGE}/fair.table", table(["Position of Bilal's invoice", *brokers], *rows))


def test_message_of_a_large_argument(terminal, shop, redis_server):
    terminal(f"{PAGE}/send_reports.console")
    orders = [{"id": str(n), "state": "paid", "city": "Dubai"} for n in range(10_000)]
    (largest,) = redis_server.client().lrange("celery", -1, -1)
    assert 1.3 < len(largest) / len(json.dumps(orders)) < 1.37, "a third more, by Base64"
