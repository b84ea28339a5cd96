from contextlib import closing

from django.test import TestCase
from orders.models import Order
from orders.tasks import confirm_order
from shop import celery_app


class PlaceOrder(TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        # Real queues, in this process.
        celery_app.conf.update(broker_url="memory://", result_backend="cache+memory://")

    def place(self, email: str) -> int:
        self.client.raise_request_exception = False
        # A TestCase never commits: without this, nothing on_commit would run.
        with self.captureOnCommitCallbacks(execute=True):
            return self.client.post("/orders/", {"email": email}).status_code

    def sent(self) -> list[tuple[str, list[int]]]:
        """The messages in the queue: the task's name and its arguments."""
        found = []
        with (
            celery_app.connection_for_read() as connection,
            closing(connection.SimpleQueue("celery")) as queue,
        ):
            while len(queue):
                message = queue.get(block=False)
                message.ack()
                found.append((message.headers["task"], message.payload[0]))
        return found

    def test_confirmation_is_sent_after_the_commit(self) -> None:
        assert self.place("amina@example.com") == 202
        order = Order.objects.get()
        assert self.sent() == [("orders.tasks.confirm_order", [order.pk])]

    def test_refused_card_sends_nothing(self) -> None:
        assert self.place("bilal@example.com") == 500
        assert self.sent() == []

    def test_task_confirms_the_order(self) -> None:
        order = Order.objects.create(email="chen@example.com")
        confirm_order(order.pk)
        order.refresh_from_db()
        assert order.confirmed
