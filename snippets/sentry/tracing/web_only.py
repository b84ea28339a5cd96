import sentry_sdk
from fastapi import FastAPI
from jobs import reserve

sentry_sdk.init(traces_sample_rate=1.0)  # in the web process, and only there
app = FastAPI()


@app.post("/orders/{item}", status_code=202)
def order(item: str) -> dict[str, str]:
    reserve.delay(item)
    return {"status": "accepted"}
