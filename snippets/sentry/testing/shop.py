import sentry_sdk
from fastapi import FastAPI
from fastapi.responses import JSONResponse


def init_sentry(**options) -> None:
    sentry_sdk.init(
        release="shop@1.0.0",
        include_local_variables=False,
        max_request_body_size="never",
        **options,
    )


def create_app() -> FastAPI:
    app = FastAPI()
    app.post("/pay")(pay)
    return app


def ask_bank(card: str, amount: int) -> None:
    with sentry_sdk.start_span(op="bank", name="ask the bank") as span:
        span.set_data("amount", amount)
        if amount > 1000:
            raise ConnectionError("the bank does not answer")


def pay(order: int, card: str, amount: int) -> JSONResponse:
    sentry_sdk.set_tag("payment", "card")
    try:
        ask_bank(card, amount)
    except ConnectionError as error:
        sentry_sdk.set_context("order", {"number": order, "amount": amount})
        sentry_sdk.capture_exception(error)
        return JSONResponse({"state": "please try again later"}, 503)
    return JSONResponse({"state": "paid"})
