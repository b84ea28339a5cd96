"""What docs/redis/locks-and-idempotency.md promises."""

import contextlib
import runpy
import signal
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from harness import ROOT
from harness.lab.explore import Scenario, explore
from harness.lab.explore.scenarios import full
from harness.process import alive, wait_until

PAGE = "redis/locks_and_idempotency"


def pid_in(file: Path) -> int:
    return int(file.read_text())


def test_one_holder_at_a_time_and_the_other_gives_up_in_time(run_script, redis_server):
    began = time.monotonic()
    run_script(f"{PAGE}/take_lock.py")
    assert time.monotonic() - began < 15, "the second one waited for its blocking_timeout only"
    assert redis_server.client().dbsize() == 0, "the lock was given back"


def test_lock_without_arguments_never_expires_and_waits_for_ever():
    lock = redis.Redis().lock("lock:any")
    assert (lock.timeout, lock.blocking, lock.blocking_timeout) == (None, True, None)
    assert lock.sleep == 0.1


def test_lock_is_one_set_command_with_a_token(terminal, redis_server):
    terminal(f"{PAGE}/by_hand.redis")
    assert redis_server.client().dbsize() == 0


def test_plain_delete_removes_the_lock_of_somebody_else(run_script, redis_server):
    run_script(f"{PAGE}/wrong_release.py")
    assert redis_server.client().get("lock:invoice:18") == "Chen's worker", "Bilal's lock is gone while he works"


def test_compare_and_delete_leaves_the_lock_of_somebody_else(run_script, redis_server):
    run_script(f"{PAGE}/own_release.py")
    assert redis_server.client().get("lock:invoice:19") == "Bilal's worker"


def test_two_work_at_once_when_the_lock_expires(run_script, redis_server):
    names = run_script(f"{PAGE}/expired_lock.py")
    assert names["working"] == ["slow", "quick"]
    assert redis_server.client().get("lock:order:17"), "the lock of the quick one was not removed"


def test_renewed_lock_outlives_its_timeout_and_a_lost_one_says_so(run_script, redis_server):
    run_script(f"{PAGE}/renew_lock.py")


def test_renewing_a_lock_with_timeout_zero_deletes_it(run_script, redis_server):
    names = run_script(f"{PAGE}/zero_timeout.py")
    assert names["forever"].owned() is False, "it was told True, and somebody else holds the lock"


def test_acquire_that_was_sent_twice_says_no_to_its_own_lock(run_script, redis_server):
    client = redis_server.client()
    try:
        client.eval("return os.clock()", 0)
    except redis.exceptions.ResponseError:
        pytest.skip("needs os.clock in scripts (Redis 7.4)")
    # The script counts processor time: on a busy machine it may take longer than the 5 s after which others get BUSY.
    client.config_set("busy-reply-threshold", 60_000)
    client.config_set("slowlog-log-slower-than", 400_000)
    client.slowlog_reset()
    names = run_script(f"{PAGE}/lost_answer.py")
    assert any(entry["command"].startswith(b"EVAL") for entry in client.slowlog_get()), "Redis was busy"
    assert names["lock"].owned() is False
    assert 0 < client.pttl("lock:export") <= 10_000
    client.delete("lock:export")
    assert names["lock"].acquire(blocking=False) is True, "nobody else held it"


def test_acquire_that_was_sent_twice_to_a_frozen_server_says_no_to_its_own_lock(redis_server):
    client = redis_server.client(socket_timeout=0.3, retry=Retry(ConstantBackoff(0.2), retries=30))
    client.ping()
    lock = client.lock("lock:stock", timeout=10)
    redis_server.freeze()
    thaw = threading.Timer(0.7, redis_server.thaw)
    thaw.start()
    assert lock.acquire(blocking=False) is False
    thaw.join()
    assert lock.locked(), "by the first attempt, which nobody knows of"
    assert not lock.owned()


def test_late_write_is_refused_by_its_fencing_token(run_script, redis_server):
    names = run_script(f"{PAGE}/fencing.py")
    assert redis_server.client().get("fence:stock") == "3", "the slow worker could have had the newest number"
    assert names["quick"].local.token.decode() == redis_server.client().get("lock:stock"), "but not the lock"


def test_lock_without_timeout_outlives_its_killed_holder(terminal, shop, redis_server):
    terminal(f"{PAGE}/killed_holder.console")
    assert not alive(pid_in(shop.path / "first.pid"))
    assert "done" not in (shop.path / "first.log").read_text(), "killed while it worked"
    assert redis_server.client().dbsize() == 0, "only deleting it by hand helped"


def test_lock_with_timeout_is_free_soon_after_its_holder_is_killed(terminal, shop, redis_server):
    terminal(f"{PAGE}/killed_lease_holder.console")
    assert not alive(pid_in(shop.path / "second.pid"))
    assert "done" not in (shop.path / "second.log").read_text(), "killed while it worked"


def test_look_then_write_charges_twice(run_script, redis_server):
    assert run_script(f"{PAGE}/charged_twice.py")["charges"] == ["order-17", "order-17"]


def test_twenty_equal_requests_make_one_charge_and_get_one_answer(terminal, shop, redis_server):
    terminal(f"{PAGE}/twenty_clicks.console")
    client = redis_server.client()
    assert client.get(f"once:{ORDER_17}") == "done R-1"
    assert 86_000 < client.ttl(f"once:{ORDER_17}") <= 86_400, "kept for a day"


def test_claim_of_a_killed_request_blocks_until_it_expires(terminal, shop, redis_server):
    terminal(f"{PAGE}/crashed_payment.console")
    assert not alive(pid_in(shop.path / "pay.pid"))
    assert "R-17" not in (shop.path / "pay.log").read_text(), "killed between the charge and its answer"
    assert redis_server.client().get(f"once:{ORDER_17}") == "done R-17"
    with contextlib.closing(sqlite3.connect(shop.path / "provider.db")) as database:
        assert database.execute("SELECT count(*) FROM charges").fetchone() == (1,)


def test_failed_work_gives_the_claim_back(shop, redis_server):
    shop.run(
        "python",
        "-c",
        "import redis; from once import once\n"
        "client = redis.Redis(decode_responses=True)\n"
        "try:\n    once(client, 'k', lambda key: 1 / 0)\n"
        "except ZeroDivisionError:\n    print(once(client, 'k', lambda key: 'second try'))\n",
    )
    assert redis_server.client().get("once:k") == "done second try"


def test_claim_that_expired_while_working_changes_nothing_and_the_caller_gets_its_answer(shop, redis_server):
    said = shop.run(
        "python",
        "-c",
        "import redis; from once import once\n"
        "client = redis.Redis(decode_responses=True)\n"
        "def slow(key):\n    client.set('once:k', 'in_progress of another')\n    return 'R-1'\n"
        "print(once(client, 'k', slow))\n",
    )
    assert said.splitlines() == ["once:k: the work took longer than its claim", "R-1"]
    assert redis_server.client().get("once:k") == "in_progress of another"


def test_answer_that_was_sent_twice_is_stored(redis_server):
    client = redis_server.client(decode_responses=True)
    script = runpy.run_path(str(ROOT / "snippets" / PAGE / "once.py"))["FINISH"]
    client.set("once:k", "in_progress of ours")
    for _ in range(2):
        assert client.eval(script, 1, "once:k", "in_progress of ours", "done 17", 60) == 1
    assert client.get("once:k") == "done 17"
    assert client.eval(script, 1, "once:k", "in_progress of another", "done 18", 60) == 0


def test_claim_survives_a_command_that_was_sent_twice(shop, redis_server):
    """The server is frozen while it is asked to claim: the client sends the command again, and both are executed."""
    asked = shop.start(
        "python",
        "-c",
        "import redis; from once import once\n"
        "from redis.backoff import ConstantBackoff; from redis.retry import Retry\n"
        "client = redis.Redis(decode_responses=True, socket_timeout=0.5, retry=Retry(ConstantBackoff(0.1), 20))\n"
        "client.ping(); print('ready')\nimport pathlib, time\n"
        "while not pathlib.Path('go').exists():\n    time.sleep(0.01)\n"
        "print('asking'); print(once(client, 'k', lambda key: 'paid', wait=0))\n",
    )
    asked.wait_for("ready")
    redis_server.freeze()
    (shop.path / "go").touch()
    asked.wait_for("asking")
    # Frozen until the client has given up on its first attempt and connected anew.
    began = time.monotonic()
    wait_until(lambda: time.monotonic() - began > 0.9, 5, "the client's second attempt")
    redis_server.thaw()
    asked.wait_for("paid")
    calls = redis_server.client().info("commandstats")["cmdstat_set"]["calls"]
    assert calls >= 3, "two claims and the answer"


@pytest.mark.parametrize("thread_local", [True, False])
def test_another_thread_can_renew_a_lock_only_without_thread_local(redis_server, thread_local):
    lock = redis_server.client().lock("lock:report", timeout=10, thread_local=thread_local)
    assert lock.acquire()
    with ThreadPoolExecutor(1) as other:
        renewed = other.submit(lock.extend, 10, replace_ttl=True)
        if thread_local:
            with pytest.raises((AttributeError, redis.exceptions.LockError)):
                renewed.result(10)
        else:
            assert renewed.result(10) is True
    lock.release()


def test_caller_gets_its_answer_when_redis_refuses_to_store_it(shop, redis_server):
    said = shop.run(
        "python",
        "-c",
        "import redis; from once import once\n"
        "client = redis.Redis(decode_responses=True)\n"
        "def work(key):\n    client.config_set('maxmemory', 1)\n    return 'R-1'\n"
        "print(once(client, 'k', work))\n"
        "try:\n    once(client, 'other', lambda key: print('worked'))\n"
        "except redis.exceptions.OutOfMemoryError:\n    print('refused before the work')\n",
    )
    warning, *rest = said.splitlines()
    assert warning.startswith("once:k: not stored, may be done again: command not allowed when used memory")
    assert rest == ["R-1", "refused before the work"]


# --- the recipe once.py: every fault at every point ---

ORDER_17 = "customer-7:pay:order-17"
# A claim of 0.3 s, so that the next request need not wait long. The arguments are what the first request finds or does:
# the time that it waits for another, and what happens to its work.
REQUEST = """import sys
import time
import redis
from once import InProgress, once
from provider import charge
from redis.backoff import ConstantBackoff
from redis.retry import Retry

wait, event = float(sys.argv[1]), sys.argv[2]
retry = Retry(ConstantBackoff(0.05), 3)
client = redis.Redis(decode_responses=True, socket_timeout=2, retry=retry)

def work(key):
    receipt = charge(key, 17)
    if event == "lost answer":
        raise TimeoutError("the provider has charged, and its answer was lost")
    if event == "late":
        time.sleep(0.5)
    return receipt

try:
    answer = once(client, "customer-7:pay:order-17", work, claim=0.3, wait=wait)
    with open("answers", "a") as file:
        file.write(answer + "\\n")
except (InProgress, TimeoutError) as error:
    print("expected:", repr(error))
client.close()
"""


@pytest.fixture
def idempotency_key(workspace, redis_behind_proxy):
    """The scenario of once.py: a request is made, and made again whatever became of the first.

    Promised: the order is charged once, each request that gets an answer gets the same, and the next one gets it, too.
    """
    client, folder = redis_behind_proxy.direct, workspace.path
    for name in ("once.py", "provider.py"):
        workspace.copy(f"{PAGE}/{name}")
    (folder / "request.py").write_text(REQUEST)

    def prepare():
        client.flushall()
        client.script_flush()
        for name in ("provider.db", "answers"):
            (folder / name).unlink(missing_ok=True)
        del workspace.processes[:]

    def recover():
        workspace.run("python", "request.py", "10", "", env={"GUIDE_MEASURE": ""})

    def violations():
        with contextlib.closing(sqlite3.connect(folder / "provider.db")) as database:
            database.execute("CREATE TABLE IF NOT EXISTS charges (key, receipt)")
            receipts = [receipt for (receipt,) in database.execute("SELECT receipt FROM charges")]
        answers = (folder / "answers").read_text().split()
        stored = client.get(f"once:{ORDER_17}")
        found = [] if receipts == ["R-17"] else [f"charged {len(receipts)} times"]
        failed = [one for one in workspace.processes if one.returncode not in (0, -signal.SIGKILL)]
        found += ["charged, and the caller got no answer" for one in failed if "charged" in one.output()]
        found += [] if set(answers) == {"R-17"} else [f"answers: {answers}"]
        return found + ([] if stored == "done R-17" else [f"stored: {stored}"])

    def notes():
        if any("was charged before" in process.output() for process in workspace.processes):
            yield "charged again and recognized by the provider"

    refuse = lambda: full(client)  # noqa: E731
    proxy = redis_behind_proxy.proxy
    words = ["request.py", "10", ""]
    return Scenario(workspace, words, "once.py", prepare, recover, violations, proxy=proxy, refuse=refuse, notes=notes)


def test_idempotency_key_keeps_its_promise_under_every_fault(explored, idempotency_key, redis_behind_proxy):
    client, first = redis_behind_proxy.direct, idempotency_key
    name, another = f"once:{ORDER_17}", "in_progress by another"

    def asked():
        return client.info("commandstats")["cmdstat_set"]["calls"]

    def prepare_claimed():
        first.prepare()
        client.config_resetstat()
        client.set(name, another)

    def expire():
        if client.get(name) == another:
            client.delete(name)

    def wait_twice_and_expire(process):
        wait_until(lambda: asked() >= 3 or process.returncode is not None, 10, "the request to ask twice")
        expire()
        process.wait()

    def expire_and_recover():
        expire()
        first.recover()

    def prepare_done():
        first.prepare()
        first.recover()
        del first.workspace.processes[:]

    claimed = replace(first, prepare=prepare_claimed, recover=expire_and_recover)
    waiting = replace(claimed, finish=wait_twice_and_expire, polls=True)
    turned_away = replace(claimed, argv=["request.py", "0", ""])
    repeated = replace(first, prepare=prepare_done)
    failing = replace(first, argv=["request.py", "10", "lost answer"])
    late = replace(first, argv=["request.py", "10", "late"])
    also = [waiting, turned_away, repeated, failing, late]
    explored(f"{PAGE}/once.py", first, kept="charged once, and every request got the same answer", also=also)


EARLY = 'finish(client, name, ours, "done R-17", "9")\n        answer = work(key)'


@pytest.mark.parametrize(
    ("old", "new", "fault", "point", "said"),
    [
        ("work(key)", "work(ours)", "kill", "if not client.eval(", "charged 2 times"),
        ("answer = work(key)", EARLY, "kill", "answer = work(key)", "charged 0 times"),
        ("except redis.RedisError", "except OSError", "refusal", "EVAL", "charged, and the caller got no answer"),
    ],
    ids=["a new key for each attempt", "the answer stored before the work", "an error after the work"],
)
def test_explorer_notices_an_idempotency_key_that_is_wrong(idempotency_key, old, new, fault, point, said):
    file = idempotency_key.workspace.path / "once.py"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    report = explore(idempotency_key, [fault], only=lambda each: each.what.startswith(point))
    assert [said in lines for lines in report.broken.values()] == [True], str(report)
