from datetime import datetime
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from shop import app

BERLIN = ZoneInfo("Europe/Berlin")


def test_schedule_names_tasks_that_exist():
    for entry in app.conf.beat_schedule.values():
        assert entry["task"] in app.tasks


@pytest.mark.parametrize(("minute", "due"), [(29, False), (30, True), (31, True)])
def test_report_leaves_at_half_past_seven_in_berlin(minute, due):
    schedule = app.conf.beat_schedule["report"]["schedule"]
    schedule.app = app
    yesterday = datetime(2026, 12, 1, 7, 30, tzinfo=BERLIN)
    now = datetime(2026, 12, 2, 7, minute, tzinfo=BERLIN)
    with patch.object(schedule, "nowfun", lambda: now):
        assert schedule.is_due(yesterday).is_due == due
