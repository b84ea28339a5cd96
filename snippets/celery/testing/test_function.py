from unittest.mock import patch

import pytest
from celery.exceptions import Retry
from shop import MailServerBusy, send_receipt


@patch("shop.deliver")
def test_receipt_names_the_order(deliver):
    assert send_receipt(1001, "amina@example.com") == "order 1001 to amina@example.com"
    deliver.assert_called_once_with("amina@example.com", "receipt for order 1001")


@patch("shop.deliver", side_effect=MailServerBusy)
def test_direct_call_raises_the_error_itself(deliver):
    with pytest.raises(MailServerBusy):
        send_receipt(1001, "amina@example.com")


@patch("shop.deliver", side_effect=MailServerBusy)
@pytest.mark.parametrize(("retries", "countdown"), [(0, 10), (1, 20), (2, 40)])
def test_busy_mail_server_means_try_later(deliver, retries, countdown):
    send_receipt.push_request(retries=retries, called_directly=False)
    with (
        patch.object(send_receipt, "retry", return_value=Retry()) as retry,
        pytest.raises(Retry),
    ):
        send_receipt.run(1001, "amina@example.com")
    send_receipt.pop_request()
    assert retry.call_args.kwargs["countdown"] == countdown


@patch("shop.deliver", side_effect=[MailServerBusy, MailServerBusy, None])
def test_third_attempt_succeeds(deliver):
    result = send_receipt.apply([1001, "amina@example.com"])  # runs all of them now
    assert result.get() == "order 1001 to amina@example.com"
    assert deliver.call_count == 3


@patch("shop.deliver", side_effect=MailServerBusy)
def test_fourth_attempt_is_the_last(deliver):
    result = send_receipt.apply([1001, "amina@example.com"])
    assert result.state == "FAILURE"
    assert isinstance(result.result, MailServerBusy)
    assert deliver.call_count == 4
