import os
import signal
import subprocess

import redis


def hear(news: redis.client.PubSub) -> str | None:
    """The next message, or None when none comes within a second."""
    for _ in range(10):
        if message := news.get_message(timeout=0.1):
            return message["data"]
    return None


client = redis.Redis(host="localhost", port=6379, decode_responses=True)
news = client.pubsub(ignore_subscribe_messages=True)
news.subscribe("news")
hear(news)  # reads the confirmation
client.publish("news", "before")
print("heard:", hear(news))

os.kill(client.info("server")["process_id"], signal.SIGKILL)
subprocess.run(["redis-server", "redis.conf"], check=True)

print("next command:", client.ping())
print("published to", client.publish("news", "in the gap"), "subscribers")
print("heard:", hear(news))  # connects and subscribes again
client.publish("news", "after")
print("heard:", hear(news))
