import sentry_sdk
from flask import Flask

sentry_sdk.init(release="shop@1.0.0")
app = Flask(__name__)


@app.get("/orders/<int:number>")
def order(number: int) -> str:
    raise LookupError(f"order {number} not found")
