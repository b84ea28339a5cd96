import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
WORK = {
    "x-queue-type": "quorum",
    "x-delivery-limit": 5,
    "x-dead-letter-exchange": "",
    "x-dead-letter-routing-key": "orders.dead",
}
LOG = {"x-queue-type": "stream", "x-max-age": "7D"}

with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    quorum = {"x-queue-type": "quorum"}
    channel.queue_declare("orders.dead", durable=True, arguments=quorum)
    channel.queue_declare("orders", durable=True, arguments=WORK)
    channel.queue_declare("order-log", durable=True, arguments=LOG)
    mine = channel.queue_declare("", exclusive=True).method.queue
    print(mine[:8])  # a name that the broker made up
    #> amq.gen-
    there = channel.queue_declare("orders", passive=True).method  # 404 if not
    print(there.message_count, there.consumer_count)
    #> 0 0
    channel.queue_delete("order-log")
