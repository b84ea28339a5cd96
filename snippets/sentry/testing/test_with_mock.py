from unittest.mock import Mock

import sentry_sdk
import shop


def hide_email(event: dict, hint: dict) -> dict:
    event["user"]["email"] = "[Filtered]"  # KeyError, if nobody is logged in
    return event


def test_failure_is_reported_says_the_mock(monkeypatch):
    capture = Mock()
    monkeypatch.setattr(sentry_sdk, "capture_exception", capture)
    shop.pay(1001, "4111111111111111", 2000)
    capture.assert_called_once()


def test_failure_is_reported_says_the_transport(sentry_events):
    sentry_sdk.get_client().options["before_send"] = hide_email
    shop.pay(1001, "4111111111111111", 2000)
    assert len(sentry_events.items("event")) == 1


def test_failure_of_a_customer_is_reported(sentry_events):
    sentry_sdk.get_client().options["before_send"] = hide_email
    sentry_sdk.set_user({"id": "7", "email": "amina@shop.example"})
    shop.pay(1001, "4111111111111111", 2000)
    assert sentry_events.items("event")[0]["user"]["email"] == "[Filtered]"
