import os

# Here, not in a fixture: conftest.py is read before the tests import your application.
os.environ["SENTRY_DSN"] = ""  # not removed: some programs insist on it
os.environ["SENTRY_ENVIRONMENT"] = "test"
