import redis
from celery import Celery
from kombu.exceptions import OperationalError

server = redis.Redis(decode_responses=True)
shop = Celery(broker="redis://localhost:6379/0")
memory = server.info("memory")["used_memory"]
server.config_set("maxmemory", memory + 6_000_000)


def cache_pages(size: int, pages: int) -> str:
    try:
        for number in range(pages):
            server.set(f"cache:{size}:{number}", "x" * size)
    except redis.ResponseError as error:
        return str(error)
    return "no error"


for policy in ("allkeys-lru", "noeviction"):
    server.flushall()
    server.config_set("maxmemory-policy", policy)
    for number in range(300):
        shop.send_task("shop.send_receipt", [f"order-{number}"])
    cache_pages(size=50_000, pages=2000)  # a cache that grows in the same server
    said = cache_pages(size=50, pages=5000)
    print(f"{policy}: {server.llen('celery')} of 300 jobs left; {said}")

try:
    for number in range(300, 600):  # a few may still fit
        shop.send_task("shop.send_receipt", [f"order-{number}"], retry=False)
except OperationalError as error:
    print("sending:", error)
