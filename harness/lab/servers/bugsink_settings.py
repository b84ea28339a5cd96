"""Django settings of the Bugsink that tests start: Bugsink's own "local" template, without a call to the outside.

Read by Bugsink's interpreter, never by ours. BUGSINK_BASE (folder of the databases) and BUGSINK_PORT come from the
environment.
"""

import os
from pathlib import Path

from bugsink.settings.default import *  # noqa: F403
from bugsink.settings.default import DATABASES

_BASE = Path(os.environ["BUGSINK_BASE"])

# Guards nothing: the server lives on loopback for one test run. Bugsink insists on a long one.
SECRET_KEY = "only-for-tests-" + "0123456789abcdef" * 4
DATABASES["default"]["NAME"] = str(_BASE / "db.sqlite3")
DATABASES["snappea"]["NAME"] = str(_BASE / "snappea.sqlite3")
SNAPPEA = {"TASK_ALWAYS_EAGER": True}  # an event can be read back as soon as it was accepted
EMAIL_BACKEND = "bugsink.email_backends.QuietConsoleEmailBackend"
TIME_ZONE = "UTC"

BUGSINK = {
    "BASE_URL": f"http://localhost:{os.environ['BUGSINK_PORT']}",
    "SINGLE_USER": True,
    "SINGLE_TEAM": True,
    "USER_REGISTRATION": "CB_NOBODY",
    "PHONEHOME": False,
    "INGEST_STORE_BASE_DIR": str(_BASE / "ingestion"),
    # Alerts of the pages go to a receiver on localhost.
    "ALERTS_WEBHOOK_DENY_NON_GLOBAL": False,
    # One run sends what a small team sends in a day.
    "MAX_EVENTS_PER_PROJECT_PER_5_MINUTES": 100_000,
    "MAX_EVENTS_PER_PROJECT_PER_HOUR": 100_000,
    "MAX_EVENTS_PER_5_MINUTES": 100_000,
    "MAX_EVENTS_PER_HOUR": 100_000,
}
