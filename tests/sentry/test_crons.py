"""What docs/sentry/crons.md promises."""

import json
from collections import Counter

from sentry_sdk.integrations.celery import CeleryIntegration

from harness import ROOT
from harness.proof.runners.tables import Cell, Label, table

PAGE = "sentry/crons"

# What beat finds when it was down for ten minutes: everything is due.
WAS_DOWN = """
import sys
from datetime import timedelta
from importlib import import_module
from celery.beat import PersistentScheduler
scheduler = PersistentScheduler(import_module(sys.argv[1]).app, schedule_filename="celerybeat-schedule")
for entry in scheduler.schedule.values():
    entry.last_run_at -= timedelta(minutes=10)
scheduler.close()
"""


def test_check_ins_of_a_job_that_ends_well_badly_or_not_at_all(shop, ingest, terminal, captured):
    terminal(f"{PAGE}/job.console", fails=["python job.py broken"])
    good, bad = [ingest.wait_for("check_in", 4)[n : n + 2] for n in (0, 2)]
    killed = shop.start("python", "job.py", "endless")
    (alone,) = ingest.wait_for("check_in", 5)[4:]
    killed.kill()
    after = ingest.payloads("check_in")[5:]
    assert not after, "in_progress, and then nothing"

    for pair, end in ((good, "ok"), (bad, "error")):
        assert [check_in["status"] for check_in in pair] == ["in_progress", end]
        assert pair[0]["check_in_id"] == pair[1]["check_in_id"]
    assert good[1]["duration"] >= 0.2
    assert good[0]["monitor_config"]["schedule"] == {"type": "crontab", "value": "0 3 * * *"}
    rows = [
        (name, Cell(f"`{first['status']}`"), Cell(f"`{second['status']}`, after {second['duration']:.1f} s"))
        for name, (first, second) in (("ends well", good), ("raises", bad))
    ]
    rows.append(
        ("killed (SIGKILL)", Cell(f"`{alone['status']}`"), Cell(f"`{after[0]['status']}`" if after else "none"))
    )
    rows.append(("never started", Label("none"), Label("none")))
    captured(f"{PAGE}/checkins.table", table(("Job", "First check-in", "Second check-in"), *rows))
    names = ("type", "monitor_slug", "check_in_id", "status", "release", "environment", "monitor_config")
    captured(f"{PAGE}/checkin.json", json.dumps({name: good[1][name] for name in names}, indent=2))


def test_beat_and_worker_send_one_check_in_each(shop, redis_server, ingest, captured):
    shop.run("python", "-c", WAS_DOWN, "tasks")
    worker = shop.start("celery", "-A", "tasks", "worker", "--pool=solo", "--without-mingle", "--loglevel=INFO")
    beat = shop.start("celery", "-A", "tasks", "beat", "--loglevel=INFO", env={"SENTRY_DEBUG": "1"})
    ingest.wait_for("check_in", 4, timeout=60)
    worker.wait_for(r"tasks\.poll_bank\[.*succeeded", count=2)
    beat.stop()
    worker.stop()
    check_ins = ingest.payloads("check_in")
    # When the clock passes a fifth minute, `send-report` runs once more.
    runs = Counter(check_in["check_in_id"] for check_in in check_ins)
    assert set(runs.values()) == {2}, "one check-in by beat and one by the worker for each run"
    told = (
        "Intervals shorter than one minute are not supported by Sentry Crons. Monitor 'poll-bank' has an interval of 30"
    )
    assert told in beat.output(), "and only with debug=True"

    rows = []
    for name, schedule in (("clean-baskets", "every 60 s"), ("send-report", '`crontab(minute="*/5")`')):
        run = next(check_in["check_in_id"] for check_in in check_ins if check_in["monitor_slug"] == name)
        # Each process sends when it can: the worker's may arrive before beat's, which knows of no duration.
        both = (check_in for check_in in check_ins if check_in["check_in_id"] == run)
        first, second = sorted(both, key=lambda check_in: check_in["duration"] or 0)
        assert second["duration"] > 0
        rows.append((name, Label(schedule), Cell(f"`{first['status']}`"), Cell(f"`{second['status']}`")))
    for name, schedule in (("poll-bank", "every 30 s"), ("heartbeat", "every 60 s, excluded")):
        found = Cell("some" if name in {check_in["monitor_slug"] for check_in in check_ins} else "none")
        rows.append((name, Label(schedule), found, found))
    captured(f"{PAGE}/beat.table", table(("Entry", "Schedule", "From beat", "From the worker"), *rows))
    assert check_ins[0]["monitor_config"]["schedule"]["type"] in ("interval", "crontab")
    assert CeleryIntegration().monitor_beat_tasks is False, "off by default"


def test_beat_without_sentry_makes_no_check_ins_at_all(shop, redis_server, ingest):
    shop.run("python", "-c", WAS_DOWN, "tasks_half")
    worker = shop.start("celery", "-A", "tasks_half", "worker", "--pool=solo", "--without-mingle", "--loglevel=INFO")
    beat = shop.start("celery", "-A", "tasks_half", "beat", "--loglevel=INFO")
    worker.wait_for(r"tasks_half\.clean_baskets\[.*succeeded")
    beat.stop()
    worker.stop()
    assert ingest.items("check_in") == [], "the job ran, and Sentry did not hear of it"
    # The worker did start Sentry: it is beat that is missing.
    assert "celeryd_init" in (ROOT / "snippets" / PAGE / "tasks_half.py").read_text()
