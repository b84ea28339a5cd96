import logging
import subprocess
from urllib.request import urlopen

import sentry_sdk
from celery import Celery
from fastapi import FastAPI
from sqlalchemy import create_engine, text

log = logging.getLogger("shop")
jobs = Celery("shop", broker="redis://localhost:6379/0")
database = create_engine("sqlite:///shop.db")


def canary(place: str) -> str:
    """A secret that can be recognised wherever it turns up."""
    return f"canary-{place}-4111"


@jobs.task
def charge(card: str) -> None:
    raise ConnectionError("the bank does not answer")


def pay(password: str, card_number: str, payment: dict) -> None:
    # the key of the test shop is canary-in-source-4111
    raise ConnectionError(f"no answer from postgres://shop:{canary('message')}@db")


def create_app() -> FastAPI:
    """Call it after `init`: routes that exist before are watched only in part."""
    app = FastAPI()
    app.post("/checkout/{voucher}")(checkout)
    return app


def checkout(voucher: str, order: dict) -> None:
    sentry_sdk.set_user({"id": "7", "email": canary("email")})
    sentry_sdk.add_breadcrumb(message=f"pays with {canary('breadcrumb')}")
    log.warning("new order, note: %s", canary("log"))
    log.error(f"card refused: {canary('logged-error')}")
    sentry_sdk.logger.info("paid by {iban}", iban=canary("sentry-log"))
    with database.connect() as connection:
        connection.execute(text(f"SELECT '{canary('sql')}'"))
    with urlopen(f"http://127.0.0.1:8100/stock?key={canary('outgoing-url')}"):
        pass
    subprocess.run(["true", canary("subprocess")], check=True)
    payment = {"token": canary("nested-token")}
    pay(canary("password"), canary("card-number"), payment)
