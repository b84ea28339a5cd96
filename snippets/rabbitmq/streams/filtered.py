import pika

STREAM = {"x-queue-type": "stream"}
ONLY_LAHORE = {"x-stream-offset": "first", "x-stream-filter": "Lahore"}

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("deliveries", durable=True, arguments=STREAM)
    channel.confirm_delivery()
    for number, city in enumerate(("Lahore", "Karachi", "Lahore", "Skardu", "Lahore")):
        headers = {"x-stream-filter-value": city}
        properties = pika.BasicProperties(headers=headers)
        body = f"order-{number}".encode()
        channel.basic_publish("", "deliveries", body, properties, mandatory=True)

    channel.basic_qos(prefetch_count=100)
    for method, properties, body in channel.consume(
        "deliveries", arguments=ONLY_LAHORE, inactivity_timeout=10
    ):
        # The broker skips blocks of messages. What comes may still be for others.
        if properties.headers["x-stream-filter-value"] == "Lahore":
            print(body.decode())
            #> order-0
            #> order-2
            #> order-4
        channel.basic_ack(method.delivery_tag)
        if body == b"order-4":
            break
