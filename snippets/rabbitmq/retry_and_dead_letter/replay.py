from itertools import islice

import pika

NONE_LEFT = (None, None, None)

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    parked = channel.queue_declare("emails.parked", passive=True).method.message_count
    messages = iter(lambda: channel.basic_get("emails.parked"), NONE_LEFT)
    # As many as there are now: what fails again is parked again, without end.
    for method, properties, body in islice(messages, parked):
        headers = properties.headers or {}
        # The broker parks what reached the delivery limit, and notes no error.
        print(f"{body.decode()}: {headers.get('error', 'ended its worker')}")
        ours = ("attempt", "error", "x-")  # its attempts start again
        properties.headers = {
            name: value for name, value in headers.items() if not name.startswith(ours)
        }
        channel.basic_publish("", "emails", body, properties, mandatory=True)
        channel.basic_ack(method.delivery_tag)
