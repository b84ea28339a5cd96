import pytest
from fastapi.testclient import TestClient
from shop import create_app


@pytest.fixture
def visitor(sentry_events) -> TestClient:
    return TestClient(create_app())  # after init: the fixture above came first


def test_failed_payment_is_reported_once_with_its_order(visitor, sentry_events):
    answer = visitor.post("/pay?order=1001&card=4111111111111111&amount=2000")

    assert answer.status_code == 503
    (event,) = sentry_events.items("event")
    assert event["exception"]["values"][-1]["type"] == "ConnectionError"
    assert event["tags"] == {"payment": "card"}
    assert event["contexts"]["order"] == {"number": 1001, "amount": 2000}
    assert event["release"] == "shop@1.0.0"


def test_paid_order_reports_nothing(visitor, sentry_events):
    assert visitor.post("/pay?order=1&card=4111&amount=20").status_code == 200
    assert sentry_events.items("event") == []


def test_payment_has_a_span_for_the_bank(visitor, sentry_events):
    visitor.post("/pay?order=1&card=4111&amount=20")

    (transaction,) = sentry_events.items("transaction")
    assert transaction["transaction"] == "/pay"
    (span,) = [span for span in transaction["spans"] if span["op"] == "bank"]
    assert span["description"] == "ask the bank"
    assert span["data"]["amount"] == 20
