import redis
from redis.sentinel import Sentinel

sentinel = Sentinel([("localhost", 26379)], socket_timeout=2)
host, port = sentinel.discover_master("orders")
print(f"Sentinel answers {host}:{port}")
try:
    sentinel.master_for("orders", socket_timeout=2).set("order:17", "paid")
    print("written")
except redis.ConnectionError as error:
    print(error)
