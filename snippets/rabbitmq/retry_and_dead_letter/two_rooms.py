import time

import pika

QUORUM = {"x-queue-type": "quorum"}
TO_WORK = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "reminders"}

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("reminders", durable=True, arguments=QUORUM)
    channel.confirm_delivery()
    for delay in (1500, 100):
        room = {**QUORUM, **TO_WORK, "x-message-ttl": delay}
        channel.queue_declare(f"later.{delay}", durable=True, arguments=room)
        channel.basic_publish("", f"later.{delay}", b"%d" % delay, mandatory=True)
    began = time.monotonic()
    due = channel.consume("reminders", auto_ack=True, inactivity_timeout=10)
    first, second = next(due)[2], next(due)[2]
    print(first, second)
    #> b'100' b'1500'
