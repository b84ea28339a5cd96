import pytest
from fastapi.testclient import TestClient
from shop import create_app

CARD = "4111111111111111"


@pytest.mark.parametrize("amount", [20, 2000])
def test_card_number_is_in_no_envelope(sentry_events, amount):
    visitor = TestClient(create_app())
    visitor.post(f"/pay?order=1001&card={CARD}&amount={amount}")

    assert sentry_events.envelopes, "something was sent, or this proves nothing"
    leaked = CARD in sentry_events.everything()
    assert not leaked, "the card number left"
