import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

client = redis.Redis(
    host="localhost",
    port=6379,
    decode_responses=True,
    socket_connect_timeout=1,
    retry=Retry(NoBackoff(), retries=0),
)
try:
    client.ping()
except redis.exceptions.ConnectionError as error:
    print(error)
    #> Error 111 connecting to localhost:6379. Connection refused.
