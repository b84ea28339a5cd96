import threading

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
charges = []
both_looked = threading.Barrier(2, timeout=5)


def pay(order: str) -> None:
    if not client.exists(f"paid:{order}"):
        both_looked.wait()  # the moment between looking and writing
        charges.append(order)
        client.set(f"paid:{order}", "yes")


clicks = [threading.Thread(target=pay, args=["order-17"]) for _ in range(2)]
for click in clicks:
    click.start()
for click in clicks:
    click.join()
print("charged:", charges)
#> charged: ['order-17', 'order-17']
client.close()
