import base64
import json
import statistics
import time
import urllib.request

import pika
import redis

BODY, COUNT, ROUNDS = bytes(1000), 2000, 5
client = redis.Redis(host="localhost", port=6379)
connection = pika.BlockingConnection(pika.ConnectionParameters("localhost"))
STORED = pika.BasicProperties(delivery_mode=pika.DeliveryMode.Persistent)


def api(path: str) -> dict:
    request = urllib.request.Request(f"http://localhost:15672/api/{path}")
    login = base64.b64encode(b"guest:guest").decode()
    request.add_header("Authorization", f"Basic {login}")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


NODE = api("overview")["node"]


def redis_memory() -> int:
    return client.info("memory")["used_memory"]


def rabbitmq_memory() -> int:
    """What the broker's virtual machine uses, once it has calmed down."""
    samples = []
    for _ in range(5):
        time.sleep(0.05)
        samples.append(api(f"nodes/{NODE}/memory")["memory"]["total"]["erlang"])
    return min(samples)


def fill_redis(command: str) -> float:
    client.delete("waiting")
    memory = []
    for _ in ("the first", "as many again"):
        with client.pipeline(transaction=False) as pipe:
            for _ in range(COUNT):
                if command == "list":
                    pipe.rpush("waiting", BODY)
                else:
                    pipe.xadd("waiting", {"body": BODY})
            pipe.execute()
        memory.append(redis_memory())
    return (memory[1] - memory[0]) / (COUNT * len(BODY))


def fill_rabbitmq(kind: str) -> float:
    queue, arguments = f"waiting-{kind}-{time.time_ns()}", {"x-queue-type": kind}
    memory = []
    for _ in ("the first", "as many again"):
        channel = connection.channel()
        channel.queue_declare(queue, durable=True, arguments=arguments)
        for _ in range(COUNT - 1):
            channel.basic_publish("", queue, BODY, STORED)
        channel.confirm_delivery()  # when the last one is confirmed, all are there
        channel.basic_publish("", queue, BODY, STORED, mandatory=True)
        memory.append(rabbitmq_memory())
        channel.close()
    connection.channel().queue_delete(queue)
    return (memory[1] - memory[0]) / (COUNT * len(BODY))


WAYS = {
    "Redis list": (fill_redis, "list"),
    "Redis stream": (fill_redis, "stream"),
    "RabbitMQ classic queue": (fill_rabbitmq, "classic"),
    "RabbitMQ quorum queue": (fill_rabbitmq, "quorum"),
    "RabbitMQ stream": (fill_rabbitmq, "stream"),
}
found: dict[str, list[float]] = {name: [] for name in WAYS}
for _ in range(ROUNDS):
    for name, (fill, kind) in WAYS.items():
        found[name].append(max(fill(kind), 0.0))
client.delete("waiting")
connection.close()

print("More messages wait in | Memory for each further byte (lowest to highest)")
for name, used in found.items():
    middle, low, high = statistics.median(used), min(used), max(used)
    print(f"{name} | {middle:.2f} × ({low:.2f} × to {high:.2f} ×)")
