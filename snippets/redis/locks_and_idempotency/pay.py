import sys
import time

import redis
from once import InProgress, once
from provider import charge


def pay(key: str) -> str:
    receipt = charge(key, order=17)
    time.sleep(float(sys.argv[1]))  # the answer takes its time
    return receipt


client = redis.Redis(
    host="localhost", port=6379, decode_responses=True, socket_timeout=5
)
key, wait = "customer-7:pay:order-17", float(sys.argv[2])
try:
    print(once(client, key, pay, claim=3, wait=wait))
except InProgress:
    print("409: still being paid, try again later")
client.close()
