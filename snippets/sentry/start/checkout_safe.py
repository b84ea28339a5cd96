import os
import re

import sentry_sdk
from fastapi import FastAPI
from sentry_sdk.integrations.logging import (
    ignore_logger,
    ignore_logger_for_sentry_logs,
)

PASSWORD_IN_URL = re.compile(r"://[^@\s]*@")


def hide_passwords(event: dict, hint: dict) -> dict:
    for error in event.get("exception", {}).get("values", []):
        error["value"] = PASSWORD_IN_URL.sub("://[Filtered]@", error["value"] or "")
    return event


sentry_sdk.init(
    release="shop@1.0.0",
    environment="development",
    include_local_variables=False,  # what is not collected cannot leak
    max_request_body_size="never",
    before_send=hide_passwords,  # sees each event before it is sent
)
ignore_logger("uvicorn.access")  # its lines hold the visitor's address
ignore_logger_for_sentry_logs("uvicorn.access")  # if you ever turn logs on
app = FastAPI()


@app.post("/checkout")
def checkout(order: dict) -> None:
    password = os.environ["DB_PASSWORD"]
    raise ConnectionError(f"cannot reach postgres://shop:{password}@db/orders")
