import os

import private_sentry
from sentry_sdk.integrations.logging import LoggingIntegration
from shop import create_app, jobs

private_sentry.init(
    release="shop@1.0.0",
    traces_sample_rate=float(os.environ.get("TRACES", "0.1")),
    integrations=[LoggingIntegration(capture_sentry_logs=True)],
)
web = create_app()  # uvicorn live:web
celery = jobs  # celery -A live worker
