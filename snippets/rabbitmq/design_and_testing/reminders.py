import pika


def remind_later(channel, order_id: str) -> None:
    an_hour = pika.BasicProperties(expiration=3_600_000)
    channel.basic_publish("evnets", "order.unpaid", order_id.encode(), an_hour)
