import logging

import sentry_sdk
from fastapi import FastAPI

sentry_sdk.init()
app = FastAPI()
log = logging.getLogger("shop")


class OrderFailed(Exception):
    """What the caller of the shop is told."""


def pay() -> None:
    raise ValueError("card declined")


@app.get("/logged-as-text-and-raised")
async def logged_as_text_and_raised() -> None:
    try:
        pay()
    except ValueError as error:
        log.error("payment failed: %s", error)
        raise


@app.get("/captured-and-raised-as-another")
async def captured_and_raised_as_another() -> None:
    try:
        pay()
    except ValueError as error:
        sentry_sdk.capture_exception(error)
        raise OrderFailed("order 1001") from error


@app.get("/captured-and-raised-in-def")
def captured_and_raised_in_def() -> None:  # not async: runs in a thread
    try:
        pay()
    except ValueError as error:
        sentry_sdk.capture_exception(error)
        raise


@app.get("/captured-and-raised")
async def captured_and_raised() -> None:
    try:
        pay()
    except ValueError as error:
        sentry_sdk.capture_exception(error)
        raise


@app.get("/logged-with-traceback-and-raised")
async def logged_with_traceback_and_raised() -> None:
    try:
        pay()
    except ValueError:
        log.exception("payment failed")
        raise


@app.get("/raised")
def raised() -> None:
    pay()


@app.get("/noted-and-raised")
def noted_and_raised() -> None:
    try:
        pay()
    except ValueError as error:
        log.warning("payment failed: %s", error)  # a breadcrumb
        sentry_sdk.set_tag("payment", "card")
        raise


@app.get("/raised-as-another")
def raised_as_another() -> None:
    try:
        pay()
    except ValueError as error:
        raise OrderFailed("order 1001") from error  # both are in the one event
