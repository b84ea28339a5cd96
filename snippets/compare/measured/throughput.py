"""Usage: throughput.py [REDIS_PORT RABBITMQ_PORT]"""

import statistics
import sys
import time

import pika
import redis

REDIS_PORT, RABBITMQ_PORT = map(int, sys.argv[1:] or (6379, 5672))
BODY, COUNT, ROUNDS = bytes(500), 150, 5

client = redis.Redis(host="localhost", port=REDIS_PORT)
broker = pika.ConnectionParameters(
    "localhost", RABBITMQ_PORT, blocked_connection_timeout=30
)
connection = pika.BlockingConnection(broker)
plain, confirmed = connection.channel(), connection.channel()
confirmed.confirm_delivery()
for kind in ("classic", "quorum", "stream"):
    arguments = {"x-queue-type": kind}
    confirmed.queue_declare(f"speed-{kind}", durable=True, arguments=arguments)


def one_by_one(log: str, fsync: str) -> None:
    for _ in range(COUNT):
        client.rpush("speed", BODY)


def pipeline(log: str, fsync: str) -> None:
    with client.pipeline(transaction=False) as pipe:
        for _ in range(COUNT):
            pipe.rpush("speed", BODY)
        pipe.execute()


def publish(channel, kind: str, mode: int) -> None:
    properties = pika.BasicProperties(delivery_mode=mode)
    for _ in range(COUNT):
        channel.basic_publish("", f"speed-{kind}", BODY, properties)


WAYS = [
    ("Redis, no log", "it is in memory", one_by_one, "no", "no"),
    ("Redis, no log, in a pipeline", "all are in memory", pipeline, "no", "no"),
    ("Redis, log, `everysec`", "it survives kill -9", one_by_one, "yes", "everysec"),
    ("Redis, log, `always`", "it is on the disk", one_by_one, "yes", "always"),
    ("classic, no confirms", "there is none", publish, plain, "classic", 2),
    ("classic, transient", "it is in memory", publish, confirmed, "classic", 1),
    ("classic, persistent", "it survives kill -9", publish, confirmed, "classic", 2),
    ("quorum", "it is on the disk", publish, confirmed, "quorum", 2),
    ("stream", "it survives kill -9", publish, confirmed, "stream", 2),
]


def prepare(*how) -> None:
    if how[0] in ("no", "yes"):
        client.config_set("appendonly", how[0], "appendfsync", how[1])
        while client.info("persistence")["aof_rewrite_in_progress"]:
            time.sleep(0.01)  # the log begins with a rewrite
        client.delete("speed")
    else:  # a confirm after all others: nothing is under way any more
        confirmed.basic_publish("", f"speed-{how[1]}", BODY)


rates: dict[str, list[float]] = {way[0]: [] for way in WAYS}
for _ in range(ROUNDS):
    for name, _, send, *how in WAYS:  # in turn, so that a slow moment hits all
        prepare(*how)
        began = time.perf_counter()
        send(*how)
        rates[name].append(COUNT / (time.perf_counter() - began))
    confirmed.queue_purge("speed-classic")
    confirmed.queue_purge("speed-quorum")

base = statistics.median(rates["quorum"])
print("Sent to | The answer means | Rate: median (lowest to highest)")
for name, promise, *_ in WAYS:
    middle, low, high = (f(rates[name]) / base for f in (statistics.median, min, max))
    print(f"{name} | {promise} | {middle:.1f} × ({low:.1f} × to {high:.1f} ×)")
connection.close()
