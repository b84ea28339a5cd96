import redis

# A client of its own for blocking calls: the server ends the wait, not the socket.
worker = redis.Redis(host="localhost", port=6379, socket_timeout=None)
print(worker.blpop(["emails"], timeout=1))
#> None

worker.close()
