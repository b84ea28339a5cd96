import time

import pika
import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
# One step: a mover that dies leaves the job where it was or where it belongs.
MOVE = client.register_script("""
if redis.call('ZREM', KEYS[1], ARGV[1]) == 1 then
  redis.call('RPUSH', KEYS[2], ARGV[1])
end
""")
began = time.time()
# Redis: a sorted set by due time, and a program of yours that looks.
client.zadd("jobs:later", {"reminder-1": began + 1})
print("due at once:", client.zrange("jobs:later", 0, time.time(), byscore=True))
#> due at once: []
while not (due := client.zrange("jobs:later", 0, time.time(), byscore=True)):
    time.sleep(0.05)
MOVE(keys=["jobs:later", "jobs"], args=[due[0]])
print("moved by this program:", client.lpop("jobs"))
#> moved by this program: reminder-1
print("too early:", time.time() < began + 1)
#> too early: False

# RabbitMQ: a queue without consumers, from which messages fall into the next one.
onward = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "jobs"}
with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    quorum = {"x-queue-type": "quorum"}
    channel.queue_declare("jobs", durable=True, arguments=quorum)
    wait = quorum | onward | {"x-message-ttl": 1000}
    channel.queue_declare("jobs-in-a-second", durable=True, arguments=wait)
    began = time.time()
    channel.basic_publish("", "jobs-in-a-second", b"reminder-1", mandatory=True)
    _, _, body = next(channel.consume("jobs", inactivity_timeout=60))
    print("moved by the broker:", body.decode())
    #> moved by the broker: reminder-1
    print("too early:", time.time() < began + 1)
    #> too early: False
client.close()
