import pika
import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
client.rpush("jobs", "newsletter-1", "newsletter-2")
client.rpush("jobs:urgent", "password-reset")
# Redis: one list for each level, asked in this order.
first = [client.blpop(["jobs:urgent", "jobs"], timeout=1)[1] for _ in range(3)]
print(first)
#> ['password-reset', 'newsletter-1', 'newsletter-2']
client.close()

with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    levels = {"x-max-priority": 5}  # RabbitMQ: one queue that knows levels
    channel.queue_declare("jobs-by-level", durable=True, arguments=levels)
    for text, level in (("newsletter-1", 0), ("newsletter-2", 0), ("reset", 5)):
        urgency = pika.BasicProperties(priority=level, delivery_mode=2)
        channel.basic_publish("", "jobs-by-level", text.encode(), urgency)
    got = [channel.basic_get("jobs-by-level", auto_ack=True)[2] for _ in range(3)]
    print([body.decode() for body in got])
    #> ['reset', 'newsletter-1', 'newsletter-2']
