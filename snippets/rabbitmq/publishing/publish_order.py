import json

import pika

QUORUM = {"x-queue-type": "quorum"}
order = {"id": "order-17", "email": "amina@example.com"}

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("orders", durable=True, arguments=QUORUM)
    channel.confirm_delivery()
    for queue in ("orders", "oders"):  # the second has a typo
        try:
            channel.basic_publish(
                exchange="",
                routing_key=queue,
                body=json.dumps(order).encode(),
                properties=pika.BasicProperties(
                    message_id=order["id"],
                    content_type="application/json",
                    delivery_mode=pika.DeliveryMode.Persistent,
                ),
                mandatory=True,
            )
            print(f"{queue}: confirmed")
            #> orders: confirmed
        except pika.exceptions.UnroutableError as error:
            print(f"{queue}: {error}")
            #> oders: 1 unroutable message(s) returned
            returned = error.messages[0].method
            print(returned.reply_code, returned.reply_text)
            #> 312 NO_ROUTE
