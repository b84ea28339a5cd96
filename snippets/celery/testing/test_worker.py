from shop import send_receipt


def test_receipt_is_sent(worker):
    job = send_receipt.delay(1001, "amina@example.com")
    assert job.get(timeout=20) == "order 1001 to amina@example.com"
