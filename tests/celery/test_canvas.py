"""What docs/celery/canvas.md promises."""

import pytest
import redis
from celery import chord, group, signature

PAGE = "celery/canvas"
OPTIONS = ("-c", "2", "--without-mingle", "--loglevel=INFO")

# Asked of three pairs of broker and backend, from the caller's environment.
PATTERNS = """
from celery import chain, chord, group

from billing import add_shipping, app, price, total

PRICES = [price.s("tea"), price.s("coffee")]
for name, steps, result in (
    ("chain", chain(price.s("tea"), add_shipping.s(300)), 750),
    ("group", group(PRICES), [450, 790]),
    ("chord", chord(PRICES, total.s()), 1240),
    ("chain whose first step is a group", group(PRICES) | total.s(), 1240),
):
    try:
        print("works" if steps().get(timeout=20) == result else "wrong")
    except NotImplementedError as error:
        print(f"`{type(error).__name__}`")
"""
PATTERN_NAMES = ("Chain", "Group", "Chord", "Group, then a task")


@pytest.fixture
def billing(workspace, redis_server):
    """The reader's folder and a worker for billing.py."""
    workspace.copy(PAGE)
    workspace.worker = workspace.start("celery", "-A", "billing", "worker", *OPTIONS)
    workspace.worker.wait_for("ready")
    return workspace


def test_chains_groups_and_chords_give_what_is_shown(terminal, billing):
    for session in ("one_after_another", "side_by_side", "then_together", "many", "stamped", "wrong_argument"):
        terminal(f"{PAGE}/{session}.console")
    log = billing.worker.output()
    assert log.count("Task celery.starmap[") == 2 * (1 + 3), "one message for starmap, three for chunks of two"
    assert billing.worker.stop() == 0


def test_failed_part_of_a_chord_fails_the_bill_and_tells_amina_once(terminal, billing, captured):
    terminal(f"{PAGE}/one_fails.console")
    billing.worker.wait_for("Amina, billing.total failed")
    assert billing.worker.stop() == 0
    log = billing.worker.output()
    assert log.count("Amina,") == 1
    assert "billing.total[" not in log, "the body never ran"
    captured(f"{PAGE}/one_fails.log", log)


def test_chord_that_outlives_its_expiry_never_comes_to_its_end(terminal, workspace, redis_server):
    workspace.copy(PAGE)
    worker = workspace.start("celery", "-A", "too_late", "worker", *OPTIONS)
    worker.wait_for("ready")
    terminal(f"{PAGE}/ask_suppliers.console")
    assert worker.stop() == 0
    log = worker.output()
    assert log.count("too_late.ask_supplier[") == 2 * 4, "received and succeeded, all four"
    assert log.count("too_late.compare[") == 2, "the body ran for the first chord only"


def test_parts_of_a_chord_are_kept_for_a_day_by_default():
    from celery import Celery

    conf = Celery("test").conf
    assert conf.result_chord_expires is None, "then result_expires counts"
    assert conf.result_expires.total_seconds() == 86_400


def test_group_is_a_chord_before_a_task_and_not_after_one():
    step, prices = signature("step"), group(signature("price"), signature("price"))
    assert isinstance(prices | step, chord)
    *_, last = (step | prices).tasks
    assert isinstance(last, group)
    assert not isinstance(last, chord)


def test_chord_needs_a_backend_that_can_count(workspace, redis_server, rabbitmq, captured):
    workspace.copy(PAGE)
    (workspace.path / "patterns.py").write_text(PATTERNS)
    text = (workspace.path / "billing.py").read_text()
    pairs = (
        ("redis://localhost:6379/0", "redis://localhost:6379/1"),
        ("amqp://guest:guest@localhost:5672//", "redis://localhost:6379/1"),
        ("amqp://guest:guest@localhost:5672//", "rpc://"),
    )
    columns = []
    for broker, backend in pairs:
        here = text.replace("redis://localhost:6379/0", broker).replace("redis://localhost:6379/1", backend)
        (workspace.path / "billing.py").write_text(here)
        worker = workspace.start("celery", "-A", "billing", "worker", *OPTIONS)
        worker.wait_for("ready")
        columns.append(workspace.run("python", "patterns.py", timeout=60).splitlines()[:4])
        worker.kill()
    assert columns[0] == columns[1] == ["works"] * 4
    assert columns[2] == ["works", "works", "`NotImplementedError`", "`NotImplementedError`"]
    head = "Pattern | Redis | RabbitMQ, results in Redis | RabbitMQ, results by `rpc://`"
    rows = [" | ".join(row) for row in zip(PATTERN_NAMES, *columns, strict=True)]
    captured(f"{PAGE}/patterns.table", "\n".join([head, *rows]))
    with redis.Redis(db=1) as client:
        assert client.dbsize()
