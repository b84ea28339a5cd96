from urllib.parse import unquote

import sentry_sdk
from fastapi import FastAPI, Request

# Starts no trace of its own accord.
sentry_sdk.init(release="prices@2.0.1", traces_sample_rate=0.0)
app = FastAPI()


@app.get("/price")
def price(request: Request) -> dict[str, str]:
    entries = request.headers.get("baggage", "").split(",")
    baggage = dict(entry.split("=") for entry in entries if entry)
    told = ("sentry-release", "sentry-environment", "sentry-transaction")
    return {name: unquote(baggage[name]) for name in told if name in baggage}
