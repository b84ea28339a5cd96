from unittest.mock import patch

import pytest
import shop
from celery.exceptions import TimeoutError


def test_fixtures_bring_an_app_of_their_own(celery_app, celery_worker):
    assert celery_app.conf.broker_url == "memory://"
    job = celery_app.send_task("shop.send_report")
    assert job.get(timeout=20) is None

    job = shop.send_report.delay()  # goes to your broker, where nobody listens
    with pytest.raises(TimeoutError):
        job.get(timeout=1)


@pytest.fixture(scope="session")
def celery_session_app():
    return shop.app  # yours, with its real broker


@pytest.fixture(scope="session")
def celery_includes():
    return ["celery.contrib.testing.tasks"]  # the task that says: I am up


@patch("shop.deliver")
def test_worker_in_a_thread_sees_the_mock(deliver, celery_session_worker):
    job = shop.send_receipt.delay(1001, "amina@example.com")
    assert job.get(timeout=20) == "order 1001 to amina@example.com"
    deliver.assert_called_once_with("amina@example.com", "receipt for order 1001")
