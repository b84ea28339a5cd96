"""What docs/celery/routing-and-priorities.md promises."""

import re
from datetime import datetime

import redis

from harness.process import wait_until

PAGE = "celery/routing_and_priorities"
RABBITMQ = {"CELERY_BROKER_URL": "amqp://guest:guest@localhost:5672//"}

# One program per broker: what it prints becomes a column of the page's table.
DIFFERENCES = """
import os, sys, time
from amqp.exceptions import PreconditionFailed
from celery import Celery
from celery.contrib.testing.worker import start_worker

seen = []


def work(name):
    seen.append(name)


def make(**settings):
    app = Celery("differences", broker="redis://localhost:6379/0")
    app.conf.update(
        task_acks_late=True, worker_prefetch_multiplier=1, task_ignore_result=True, worker_concurrency=1, **settings
    )
    app.task(work, name="work")
    return app


def send(app, queue, *names):
    for name in names:
        app.send_task("work", [name], queue=queue, priority=int(name) if name.isdigit() else None)


def report(app, queues, count, what):
    with start_worker(app, pool="solo", perform_ping_check=False, queues=queues):
        deadline = time.monotonic() + 30
        while len(seen) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        print(what(seen), flush=True)
        os._exit(0)  # a solo worker takes seconds to hear that it shall end


numbers, asked = ("5", "0", "9", "3"), sys.argv[1]
if asked == "plain":
    app = make()
    send(app, "plain", *numbers)
    report(app, ["plain"], 4, ", ".join)
elif asked == "levels":
    app = make(task_queue_max_priority=10)
    send(app, "levels", *numbers)
    report(app, ["levels"], 4, ", ".join)
elif asked == "both":
    app = make()
    send(app, "low", *["low"] * 6)
    send(app, "high", *["high"] * 6)
    report(app, ["high", "low"], 12, lambda names: "strict" if names == sorted(names) else "mixed")
elif asked == "changed":
    try:
        send(make(task_queue_max_priority=10), "plain", "5")
        print("taken as it is")
    except PreconditionFailed as error:
        print(f"error {error.code}")
"""
# A worker of its own for each question: one process can start only one for Redis.
QUESTIONS = {
    "plain": "Sent with priority 5, 0, 9, 3: done in the order",
    "levels": "The same with `task_queue_max_priority=10`",
    "both": "One worker, `-Q high,low`",
    "changed": "A queue's priority setting is changed later",
}


def length(queue: str) -> int:
    with redis.Redis() as client:
        return client.llen(queue)


def test_each_task_goes_to_the_queue_of_its_route(terminal, shop):
    terminal(f"{PAGE}/routed.console")
    assert length("celery") == 0, "nothing is left for the default queue"


def test_reports_do_not_hold_up_the_email(terminal, shop):
    shop.run("python", "send_orders.py")
    reports = terminal(f"{PAGE}/reports_worker.console", keeps_running=True)
    emails = terminal(f"{PAGE}/emails_worker.console", keeps_running=True)
    assert length("emails") == 0
    assert length("reports") > 10, "the e-mail was sent while most reports still wait"
    assert length("bulk") == 1, "nobody reads this queue"
    emails.stop()
    reports.stop()


def test_one_queue_for_all_makes_the_email_wait(shop):
    """The wrong way that the first section names."""
    shop.run("python", "-c", "from shop import *\nfor m in (1, 2): sales_report.apply_async([m], queue='all')\n"
             "send_email.apply_async(['order 17'], queue='all')")  # fmt: skip
    worker = shop.start("celery", "-A", "shop", "worker", "-Q", "all", "-c", "1", "--without-mingle")
    log = worker.wait_for("order 17")
    assert log.index("report 1") < log.index("report 2") < log.index("order 17")
    worker.kill()


def test_on_redis_zero_is_first_and_there_are_four_levels(terminal, shop):
    terminal(f"{PAGE}/urgent_redis.console", keeps_running=True).stop()
    assert not length("emails")


def test_on_rabbitmq_nine_is_first(terminal, shop, rabbitmq):
    terminal(f"{PAGE}/urgent_rabbitmq.console", keeps_running=True).stop()
    arguments = rabbitmq.api("GET", "queues/%2F/emails")["arguments"]
    assert arguments["x-max-priority"] == 10


def test_two_queues_take_turns(terminal, shop):
    terminal(f"{PAGE}/high_low.console", keeps_running=True).stop()


def test_strict_order_empties_the_first_queue_first(terminal, shop):
    terminal(f"{PAGE}/strict.console", keeps_running=True).stop()


def test_brokers_differ_as_the_table_says(shop, rabbitmq, captured):
    (shop.path / "differences.py").write_text(DIFFERENCES)

    def ask(question: str, env: dict[str, str] | None = None) -> str:
        return shop.run("python", "differences.py", question, env=env).strip()

    on_redis = [ask(question) for question in QUESTIONS]
    on_rabbitmq = [ask(question, RABBITMQ) for question in QUESTIONS]
    assert on_redis == ["0, 5, 3, 9", "0, 5, 3, 9", "mixed", "taken as it is"]
    assert on_rabbitmq == ["5, 0, 9, 3", "9, 5, 3, 0", "mixed", "error 406"]
    rows = [" | ".join(row) for row in zip(QUESTIONS.values(), on_redis, on_rabbitmq, strict=True)]
    captured(f"{PAGE}/brokers.table", "\n".join(["What | Redis | RabbitMQ", *rows]))


def test_changed_queue_argument_is_refused(terminal, shop, rabbitmq):
    terminal(f"{PAGE}/changed_queue.console", fails=["python urgent.py"])
    assert rabbitmq.queue_depth("emails") == 1, "only the job from before the change"
    # A new name takes the new arguments.
    shop.run("python", "-c", "from shop import *\nsend_email.apply_async(['x'], queue='emails-2')", env=RABBITMQ)
    assert rabbitmq.queue_depth("emails-2") == 1


def test_misspelt_queue_is_created_unless_that_is_switched_off(terminal, shop):
    terminal(f"{PAGE}/typo.console")


def test_delayed_job_needs_exchanges_that_a_worker_makes(terminal, shop, rabbitmq):
    terminal(f"{PAGE}/too_early.console", fails=["python remind_later.py"])
    worker = shop.start("celery", "-A", "reminders", "worker", "--pool", "solo", "-c", "1", "--loglevel=INFO")
    worker.wait_for("ready")
    worker.kill()
    assert len([queue for queue in rabbitmq.api("GET", "queues/%2F") if "celery_delayed_" in queue["name"]]) == 28
    shop.run("python", "remind_later.py")
    terminal(f"{PAGE}/topic.console", keeps_running=True).stop()
    assert rabbitmq.queue_depth("reminders") == 0


def test_direct_exchange_lets_the_delayed_job_block_the_next(terminal, shop, rabbitmq):
    terminal(f"{PAGE}/direct.console", keeps_running=True).stop()


def test_crash_loop_ends_at_the_delivery_limit(terminal, shop, rabbitmq):
    worker = terminal(f"{PAGE}/poison.console", keeps_running=True)
    wait_until(lambda: rabbitmq.queue_depth("broken-imports") == 1, 30, "the job to be set aside")
    log = worker.stop()
    assert log.count("begun: broken.csv") == 2
    assert log.count("begun: good.csv") == 1
    assert log.count("exited with 'signal 9 (SIGKILL)'") == 2
    assert rabbitmq.queue_depth("imports") == 0


def test_import_runs_to_its_end_where_nothing_is_killed(shop):
    """What a killed process ran is not measured: here the kill does nothing."""
    program = "import os, poison; os.kill = print; poison.import_file('broken.csv'); poison.import_file('good.csv')"
    assert shop.run("python", "-c", program).count("begun") == 2


def test_rate_limit_spreads_the_calls(terminal, shop):
    log = terminal(f"{PAGE}/partner.console", keeps_running=True).stop()
    times = [datetime.fromisoformat(at) for at in re.findall(r"\[([\d :,-]+): .*told the partner", log)]
    assert len(times) == 5
    assert (times[-1] - times[0]).total_seconds() > 1.8, "5 calls, half a second apart"
