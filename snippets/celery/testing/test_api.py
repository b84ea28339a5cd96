import api
from fastapi.testclient import TestClient
from shop import app


def test_job_is_in_the_queue():
    with app.connection_for_read() as connection:
        queue = connection.SimpleQueue("celery")
        queue.clear()
        answer = TestClient(api.app).post("/orders/1001/receipt")
        message = queue.get(timeout=5)
        message.ack()
    assert answer.status_code == 202
    assert message.headers["task"] == "shop.send_receipt"
    assert message.payload[0] == [1001, "amina@example.com"]
    assert message.headers["id"] == answer.json()["job"]
