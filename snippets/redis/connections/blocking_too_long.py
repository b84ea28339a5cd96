import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

client = redis.Redis(
    host="localhost", port=6379, socket_timeout=0.5, retry=Retry(NoBackoff(), retries=1)
)
try:
    # "Wait up to 1 s for work": the socket gives up after 0.5 s.
    client.blpop(["emails"], timeout=1)
except redis.TimeoutError as error:
    print(error)
    #> Timeout reading from socket

client.close()
