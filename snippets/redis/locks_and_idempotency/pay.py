import sys
import time

import redis
from once import InProgress, once


def charge() -> str:
    print("charging order 17", flush=True)
    time.sleep(float(sys.argv[1]))
    return "R-1"


client = redis.Redis(host="localhost", port=6379, decode_responses=True)
try:
    print(once(client, "pay:order-17", charge, claim=3, wait=float(sys.argv[2])))
except InProgress:
    print("409: still being paid, try again later")
client.close()
