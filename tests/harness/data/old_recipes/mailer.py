"""Usage: mailer.py NAME SECONDS_PER_EMAIL [until-idle]"""

import sys
import time

import redis

name, seconds, until_idle = sys.argv[1], float(sys.argv[2]), "until-idle" in sys.argv
GROUP, IDLE, TRIES = "mailers", 500, 3  # milliseconds, deliveries

# A blocking read must be shorter than socket_timeout.
client = redis.Redis(
    host="localhost", port=6379, decode_responses=True, socket_timeout=5
)
try:
    client.xgroup_create("orders", GROUP, id="0", mkstream=True)
except redis.exceptions.ResponseError as error:
    if not str(error).startswith("BUSYGROUP"):  # another worker made it already
        raise


def send_email(entry: str, order: dict[str, str]) -> None:
    print(f"{name}: email for order {order['number']}", flush=True)
    if order["email"] == "":
        raise ValueError("no address")
    time.sleep(seconds)
    client.xack("orders", GROUP, entry)  # only now is it done


def handle(entry: str, order: dict[str, str]) -> None:
    try:
        send_email(entry, order)
    except ValueError as error:
        print(f"{name}: order {order['number']} failed: {error}", flush=True)


def take_over() -> None:
    """Claim what others left behind; park what has failed too often."""
    _, entries, _ = client.xautoclaim("orders", GROUP, name, IDLE, "0-0", count=10)
    for entry, order in entries:
        # Nothing is pending where another worker has finished it meanwhile.
        for pending in client.xpending_range("orders", GROUP, entry, entry, 1):
            if pending["times_delivered"] <= TRIES:
                handle(entry, order)
                continue
            with client.pipeline(transaction=True) as both:
                both.xadd("orders:dead", {**order, "entry": entry}, maxlen=10_000)
                both.xack("orders", GROUP, entry).execute()
            print(f"{name}: order {order['number']} is dead", flush=True)


while True:
    take_over()
    news = client.xreadgroup(GROUP, name, {"orders": ">"}, count=10, block=200)
    for _, entries in news:
        for entry, order in entries:
            handle(entry, order)
    if until_idle and not news and not client.xpending("orders", GROUP)["pending"]:
        break
client.close()
