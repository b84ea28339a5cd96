from redis.sentinel import MasterNotFoundError, Sentinel

sentinel = Sentinel([("localhost", 26379), ("localhost", 26380)], socket_timeout=0.5)
try:
    sentinel.discover_master("order")
except MasterNotFoundError as error:
    print(f"{type(error).__name__}: {error}")
