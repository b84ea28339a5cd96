import sentry_sdk
from fastapi import FastAPI

sentry_sdk.init(
    traces_sample_rate=0.0,
    strict_trace_continuation=True,
    org_id="4711",  # the SDK finds it in a DSN like https://KEY@o4711.ingest.sentry.io/1
)
app = FastAPI()


@app.get("/price")
def price() -> dict[str, int]:
    return {"tea": 4}
