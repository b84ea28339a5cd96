import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)


def delete_orders() -> None:  # a colleague, by mistake
    with pika.BlockingConnection(broker) as other:
        other.channel().queue_delete("orders")


with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("orders", durable=True)
    channel.basic_consume("orders", print)
    connection.call_later(0.1, delete_orders)
    channel.start_consuming()
    print("start_consuming returned without an error")
    #> start_consuming returned without an error
    print(f"channel open: {channel.is_open}, consumers: {len(channel.consumer_tags)}")
    #> channel open: True, consumers: 0
