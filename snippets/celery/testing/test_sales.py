import os

import pytest
from coupons import send_coupon
from shop import Basket, app, pack, send_receipt


@pytest.fixture(autouse=True)
def eager_or_real(request):
    if os.environ.get("EAGER"):
        app.conf.task_always_eager = True
    else:
        request.getfixturevalue("worker")
    yield
    app.conf.task_always_eager = False


def test_basket_comes_back():
    assert pack.delay(3).get(timeout=10) == Basket(3)


def test_coupon_is_sent():
    job = send_coupon.delay("amina@example.com")
    assert job.get(timeout=10) == "coupon to amina@example.com"


def test_receipt_is_sent_by_the_worker_for_mail():
    job = send_receipt.apply_async([1001, "amina@example.com"], queue="mial")
    assert job.get(timeout=2) == "order 1001 to amina@example.com"
