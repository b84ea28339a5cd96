import threading
import time

import redis
from once import once

client = redis.Redis(
    host="localhost", port=6379, decode_responses=True, socket_timeout=5
)
charges: list[str] = []
answers: list[str] = []


def charge(key: str) -> str:
    time.sleep(0.2)  # the payment provider takes a moment
    charges.append(key)
    return f"R-{len(charges)}"


def click() -> None:
    answers.append(once(client, "customer-7:pay:order-17", charge))


threads = [threading.Thread(target=click) for _ in range(20)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f"charges: {len(charges)}, answers: {len(answers)}")
print("different answers:", set(answers))
client.close()
