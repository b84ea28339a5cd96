import pytest
import sentry_sdk
import shop
from fastapi.testclient import TestClient
from test_secrets import CARD


def without_query(event: dict, hint: dict) -> dict:
    event.get("request", {}).pop("query_string", None)
    return event


@pytest.mark.parametrize("amount", [20, 2000])
def test_card_number_is_in_no_envelope(sentry_events, amount):
    shop.init_sentry(
        dsn="http://key@localhost:9/1",
        transport=sentry_events,
        traces_sample_rate=1.0,
        before_send=without_query,
        before_send_transaction=without_query,
    )
    visitor = TestClient(shop.create_app())
    visitor.post(f"/pay?order=1001&card={CARD}&amount={amount}")

    assert sentry_sdk.get_client().transport is sentry_events
    assert sentry_events.envelopes, "something was sent, or this proves nothing"
    leaked = CARD in sentry_events.everything()
    assert not leaked, "the card number left"
