import sentry_sdk
from tasks import app, reserve

ALONE = {"sentry-propagate-traces": False}  # the SDK empties it: pass a copy

with sentry_sdk.start_transaction(op="cron", name="with apply_async"):
    reserve.apply_async(("tea",), headers=ALONE.copy())
with sentry_sdk.start_transaction(op="cron", name="with send_task"):
    app.send_task("tasks.reserve", ("tea",), headers=ALONE.copy())
