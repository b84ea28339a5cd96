from unittest.mock import patch

import pytest
from careless_api import app
from fastapi.testclient import TestClient


@patch("careless_api.send_receipt.delay")
def test_mock_takes_anything(delay):
    answer = TestClient(app).post("/orders/1001/receipt")
    assert answer.status_code == 202
    delay.assert_called_once_with(1001)


def test_celery_does_not():
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'to'"):
        TestClient(app).post("/orders/1001/receipt")
