import pika
from invoices import publish, work
from messages import OrderPaid

ORDER = OrderPaid("order-17", 4200)


def invoices(database) -> list[tuple]:
    return database.execute("SELECT * FROM invoices").fetchall()


def waiting(channel, queue: str) -> int:
    return channel.queue_declare(queue, passive=True).method.message_count


def test_order_that_comes_three_times_gets_one_invoice(channel, database):
    for _ in range(3):
        publish(channel, ORDER)
    work(channel, database, idle=0.5)
    assert invoices(database) == [("order-17", 4200, "EUR")]
    assert waiting(channel, "invoices") == 0


def test_message_of_last_years_version_is_still_read(channel, database):
    old = pika.BasicProperties(
        type="order.paid", headers={"version": 1}, message_id="1"
    )
    body = b'{"order_id": "order-1", "cents": 100}'
    channel.basic_publish("events", "order.paid", body, old, mandatory=True)
    work(channel, database, idle=0.5)
    assert invoices(database) == [("order-1", 100, "EUR")]


def test_broken_message_is_set_aside_and_the_next_one_handled(channel, database):
    broken = pika.BasicProperties(type="order.paid", headers={"version": 2})
    channel.basic_publish("events", "order.paid", b"{oops", broken, mandatory=True)
    publish(channel, ORDER)
    work(channel, database, idle=0.5)
    assert len(invoices(database)) == 1
    assert waiting(channel, "invoices.aside") == 1


def test_unknown_version_is_set_aside(channel, database):
    future = pika.BasicProperties(type="order.paid", headers={"version": 99})
    channel.basic_publish("events", "order.paid", b"{}", future, mandatory=True)
    work(channel, database, idle=0.5)
    assert waiting(channel, "invoices.aside") == 1
