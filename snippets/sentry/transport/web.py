import sentry_sdk
from fastapi import FastAPI

sentry_sdk.init(release="shop@1.0.0")
app = FastAPI()


@app.get("/pay")
def pay() -> None:
    raise ConnectionError("the bank does not answer")
