import sentry_sdk
from sentry_sdk.integrations.celery import CeleryIntegration
from tasks import reserve

# Replaces the settings of tasks.py in this process.
sentry_sdk.init(
    traces_sample_rate=1.0,
    integrations=[CeleryIntegration(propagate_traces=False)],
)

with sentry_sdk.start_transaction(op="cron", name="nightly restock"):
    for item in ("tea", "cups"):
        reserve.delay(item)
