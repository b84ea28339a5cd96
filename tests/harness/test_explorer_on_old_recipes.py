"""The explorer finds what reviewers found by hand in programs that this site recommended once.

`data/old_recipes` holds these programs as they were at commit e3edeec, without the lines that only demonstrated them.
Each test tries the points that break, and expects the message that names the failure.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.lab.explore import Point, Report, Scenario, explore
from harness.lab.explore.scenarios import full, stopped_when
from harness.process import wait_until
from harness.proof.runners.workspace import Workspace

DATA = Path(__file__).with_name("data") / "old_recipes"
QUIET = {"GUIDE_MEASURE": ""}


@pytest.fixture
def space(tmp_path) -> Iterator[Workspace]:
    made = Workspace(tmp_path / "shop", tmp_path / "logs", tmp_path / "coverage")
    yield made
    made.close()


def put(space: Workspace, name: str, driver: str = "") -> None:
    """The old program `name`, and driver.py, which calls it."""
    (space.path / name).write_text((DATA / name).read_text())
    (space.path / "driver.py").write_text(driver)


def before(text: str) -> Callable[[Point], bool]:
    """The point at the first hit of the line, or at the command, that begins with `text`."""
    return lambda point: point.what.startswith(text) and point.hit == 1


def load_scripts(client, name: str) -> None:
    """Load the script of a program, so that it is called once: by its digest, with success."""
    for script in re.findall(r"""(?s)(?:FINISH = |register_script\()\"{3}(.*?)\"{3}""", (DATA / name).read_text()):
        client.script_load(script)


def said(report: Report) -> list[str]:
    assert report.explored.total() == 1, str(report)
    return [line for lines in report.broken.values() for line in lines]


ONCE = """import sqlite3
from contextlib import closing
import redis
from once import once

def charge():
    with closing(sqlite3.connect("charges.db", timeout=5)) as database, database:
        database.execute("CREATE TABLE IF NOT EXISTS charges (receipt)")
        database.execute("INSERT INTO charges VALUES ('R-1')")
    return "R-1"

client = redis.Redis(decode_responses=True)
once(client, "pay:order-17", charge, claim=0.3, wait=10)
"""


@pytest.mark.parametrize(
    ("fault", "point"),
    [("kill", "if not finish("), ("freeze", "if not finish("), ("refusal", "EVALSHA")],
)
def test_payment_behind_an_idempotency_key_is_charged_twice(space, redis_behind_proxy, fault, point):
    client = redis_behind_proxy.direct
    put(space, "once.py", ONCE)

    def prepare() -> None:
        client.flushall()
        load_scripts(client, "once.py")
        (space.path / "charges.db").unlink(missing_ok=True)

    def violations() -> list[str]:
        with contextlib.closing(sqlite3.connect(space.path / "charges.db")) as database:
            count = database.execute("SELECT count(*) FROM charges").fetchone()[0]
        return [] if count == 1 else [f"charged {count} times"]

    recover = lambda: space.run("python", "driver.py", env=QUIET)  # noqa: E731
    scenario = Scenario(space, ["driver.py"], "once.py", prepare, recover, violations)
    scenario.proxy, scenario.refuse = redis_behind_proxy.proxy, lambda: full(client)
    assert said(explore(scenario, [fault], only=before(point))) == ["charged 2 times"]


def test_one_poison_order_parks_nine_healthy_ones(space, redis_behind_proxy):
    client = redis_behind_proxy.direct
    put(space, "mailer.py")
    program = ["mailer.py", "a", "0", "until-idle"]

    def prepare() -> None:
        client.flushall()
        del space.processes[:]
        for number in range(1, 11):
            client.xadd("orders", {"number": number, "email": "a@example.com"})

    def violations() -> list[str]:
        output = "".join(process.output() for process in space.processes)
        parked = [int(order["number"]) for _, order in client.xrange("orders:dead")]
        return [f"parked, never tried: {number}" for number in parked if f"order {number}\n" not in output]

    recover = lambda: space.run("python", *program, env=QUIET)  # noqa: E731
    scenario = Scenario(space, program, "mailer.py", prepare, recover, violations, kills=3)
    report = explore(scenario, ["kill"], only=before('if order["email"]'))
    assert said(report) == [f"parked, never tried: {number}" for number in range(2, 11)]


def test_backup_during_a_rewrite_copies_the_old_file(space, redis_behind_proxy):
    client = redis_behind_proxy.direct
    put(space, "backup.py")

    def prepare() -> None:
        wait_until(lambda: not client.info("persistence")["aof_rewrite_in_progress"], 20, "the rewrite to end")
        wait_until(lambda: not client.info("persistence")["rdb_bgsave_in_progress"], 20, "the snapshot to end")
        client.flushall()
        client.set("order:old", 1)
        client.save()
        client.set("order:new", 1)

    @contextlib.contextmanager
    def rewriting() -> Iterator[None]:
        client.config_set("rdb-key-save-delay", 1_000_000)  # microseconds
        client.bgrewriteaof()
        yield
        client.config_set("rdb-key-save-delay", 0)

    def violations() -> list[str]:
        copied = (space.path / "backups" / "orders.rdb").read_bytes()
        return [] if b"order:new" in copied else ["said `copied`, and the copy lacks the new order"]

    scenario = Scenario(space, ["backup.py"], "backup.py", prepare, lambda: None, violations)
    scenario.proxy, scenario.refuse = redis_behind_proxy.proxy, rewriting
    report = explore(scenario, ["refusal"], only=before("BGSAVE"))
    assert said(report) == ["said `copied`, and the copy lacks the new order"]


def test_reader_of_a_slow_product_gets_the_error_of_the_lock(space, redis_behind_proxy):
    put(space, "one_loads.py", "from one_loads import get_product\nprint(get_product(1))\n")

    def violations() -> list[str]:
        last = [process.output().strip().splitlines()[-1] for process in space.processes]
        return [line.partition(":")[0] for line in last if "price" not in line]

    def prepare() -> None:
        redis_behind_proxy.direct.flushall()
        del space.processes[:]

    recover = lambda: space.run("python", "driver.py", env=QUIET)  # noqa: E731
    scenario = Scenario(space, ["driver.py"], "one_loads.py", prepare, recover, violations)
    report = explore(scenario, ["freeze"], only=before("client.set(key"))
    assert said(report) == ["redis.exceptions.LockNotOwnedError"]


def test_session_renewed_during_log_out_everywhere_stays_logged_in(space, redis_behind_proxy):
    client = redis_behind_proxy.direct
    act = (
        "import sys\nfrom pathlib import Path\nfrom sessions import log_in, log_out_everywhere, renew\n"
        "token = Path('token')\n"
        "{'in': lambda: token.write_text(log_in('amina')),\n"
        " 'renew': lambda: renew(token.read_text()),\n"
        " 'out': lambda: log_out_everywhere('amina')}[sys.argv[1]]()\n"
    )
    put(space, "sessions.py", act)

    def prepare() -> None:
        client.flushall()
        space.run("python", "driver.py", "in", env=QUIET)

    def violations() -> list[str]:
        return [f"{session} is logged in" for session in [key[:7] for key in client.keys("session:*")]]

    recover = lambda: space.run("python", "driver.py", "out", env=QUIET)  # noqa: E731
    scenario = Scenario(space, ["driver.py", "renew"], "sessions.py", prepare, recover, violations)
    report = explore(scenario, ["freeze"], only=before("new = log_in("))
    assert said(report) == ["session is logged in"]


@pytest.mark.parametrize(
    ("name", "call", "command"),
    [
        ("transfer.py", 'transfer("amina", "bilal", 10)', "EXEC"),
        ("transfer_script.py", 'transfer(keys=["amina", "bilal"], args=[10])', "EVALSHA"),
    ],
)
def test_transfer_whose_answer_is_lost_is_made_twice(space, redis_behind_proxy, name, call, command):
    client = redis_behind_proxy.direct
    put(space, name, f"from {name.removesuffix('.py')} import transfer\n{call}\n")

    def prepare() -> None:
        client.flushall()
        client.mset({"amina": 100, "bilal": 0})
        load_scripts(client, name)

    def violations() -> list[str]:
        moved = client.get("bilal")
        return [] if moved == "10" else [f"moved {moved}"]

    scenario = Scenario(space, ["driver.py"], name, prepare, lambda: None, violations, proxy=redis_behind_proxy.proxy)
    assert said(explore(scenario, ["lost answer"], only=before(command))) == ["moved 20"]


def test_receipt_whose_claim_lost_its_answer_is_never_sent(space, redis_behind_proxy):
    put(space, "payments.py", "from payments import send_receipt\nprint(send_receipt('order-17'))\n")
    (space.path / "tasks.py").write_text("from celery import Celery\napp = Celery('tasks', broker='memory://')\n")

    def prepare() -> None:
        redis_behind_proxy.direct.flushall()
        del space.processes[:]

    def violations() -> list[str]:
        outputs = [process.output().strip() for process in space.processes]
        return [] if "receipt for order-17 sent" in outputs else [f"never sent; answers: {', '.join(outputs)}"]

    recover = lambda: space.run("python", "driver.py", env=QUIET)  # noqa: E731
    scenario = Scenario(space, ["driver.py"], "payments.py", prepare, recover, violations)
    scenario.proxy = redis_behind_proxy.proxy
    report = explore(scenario, ["lost answer"], only=before("SET"))
    assert said(report) == ["never sent; answers: was sent before, was sent before"]


PRICES = """import json
import sys
from pathlib import Path
import cache_aside

class Prices(dict):  # the database, which outlives the process
    def __getitem__(self, number):
        return json.loads(Path("price").read_text())
    def __setitem__(self, number, price):
        Path("price").write_text(str(price))

cache_aside.prices = Prices({1: None})
if sys.argv[1] == "change":
    cache_aside.change_price(1, 990)
Path("seen").write_text(str(cache_aside.get_product(1)["price"]))
"""


def test_price_that_is_changed_by_a_killed_writer_stays_stale(space, redis_behind_proxy):
    put(space, "cache_aside.py", PRICES)
    show = lambda: space.run("python", "driver.py", "show", env=QUIET)  # noqa: E731

    def prepare() -> None:
        redis_behind_proxy.direct.flushall()
        (space.path / "price").write_text("1200")
        show()

    def violations() -> list[str]:
        price, seen = ((space.path / name).read_text() for name in ("price", "seen"))
        return [] if price == seen else [f"database: {price}, shown: {seen}"]

    scenario = Scenario(space, ["driver.py", "change"], "cache_aside.py", prepare, show, violations)
    report = explore(scenario, ["kill"], only=before("client.delete("))
    assert said(report) == ["database: 990, shown: 1200"]


def test_frozen_reader_of_a_stream_books_twice_and_moves_the_position_back(space, rabbitmq_behind_proxy):
    put(space, "bookkeeper.py")
    ledger = space.path / "ledger.db"

    def rows(query: str) -> list[tuple]:
        if not ledger.exists():
            return []
        with contextlib.closing(sqlite3.connect(ledger, timeout=5)) as database:
            try:
                return database.execute(query).fetchall()
            except sqlite3.OperationalError:  # its table is not there yet
                return []

    def prepare() -> None:
        ledger.unlink(missing_ok=True)
        with contextlib.closing(rabbitmq_behind_proxy.direct.channel()) as channel:
            channel.queue_delete("order-events")
            channel.queue_declare("order-events", durable=True, arguments={"x-queue-type": "stream"})
            channel.confirm_delivery()
            for event in ("e1", "e2", "e3"):
                channel.basic_publish("", "order-events", event)

    finish = stopped_when(lambda: rows("SELECT next_offset FROM position") == [(3,)], "three events to be booked")

    def recover() -> None:
        if rows("SELECT next_offset FROM position") != [(3,)]:
            finish(space.start("python", "bookkeeper.py", env=QUIET))

    def violations() -> list[str]:
        booked = [event for (event,) in rows("SELECT event FROM ledger")]
        found = [f"booked twice: {event}" for event in sorted(set(booked)) if booked.count(event) > 1]
        [(position,)] = rows("SELECT next_offset FROM position")
        return found + ([] if position == 3 else [f"position: {position} of 3"])

    scenario = Scenario(space, ["bookkeeper.py"], "bookkeeper.py", prepare, recover, violations, finish=finish)
    report = explore(scenario, ["freeze"], only=before("with database:"))
    # It is stopped sooner or later after the thaw, so more may be booked twice, and the position may be right again.
    assert said(report)[0] == "booked twice: e1"
