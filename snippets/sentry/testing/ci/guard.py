import os

# Here, not in a fixture: conftest.py is read before the tests import your application.
os.environ.pop("SENTRY_DSN", None)
os.environ["SENTRY_ENVIRONMENT"] = "test"
