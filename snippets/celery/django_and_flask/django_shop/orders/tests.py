from unittest.mock import Mock, patch

from django.test import TestCase
from orders.models import Order
from orders.tasks import confirm_order


class PlaceOrder(TestCase):
    def place(self, email: str) -> int:
        self.client.raise_request_exception = False
        # A TestCase never commits: without this, nothing on_commit would run.
        with self.captureOnCommitCallbacks(execute=True):
            return self.client.post("/orders/", {"email": email}).status_code

    @patch.object(confirm_order, "delay")
    def test_confirmation_is_sent_after_the_commit(self, delay: Mock) -> None:
        assert self.place("amina@example.com") == 202
        delay.assert_called_once_with(Order.objects.get().pk)

    @patch.object(confirm_order, "delay")
    def test_refused_card_sends_nothing(self, delay: Mock) -> None:
        assert self.place("bilal@example.com") == 500
        delay.assert_not_called()

    def test_task_confirms_the_order(self) -> None:
        order = Order.objects.create(email="chen@example.com")
        confirm_order(order.pk)
        order.refresh_from_db()
        assert order.confirmed
