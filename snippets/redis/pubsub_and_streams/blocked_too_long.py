import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

impatient = redis.Redis(
    host="localhost",
    port=6379,
    decode_responses=True,
    socket_timeout=0.5,  # redis-py 8 has 5 s and 10 retries: the same, much later
    retry=Retry(NoBackoff(), retries=1),
)
impatient.xgroup_create("invoices", "mailers", mkstream=True)
try:
    impatient.xreadgroup("mailers", "w1", {"invoices": ">"}, block=60_000)
except redis.exceptions.TimeoutError as error:
    print(error)
    #> Timeout reading from socket
impatient.close()

patient = redis.Redis(
    host="localhost", port=6379, decode_responses=True, socket_timeout=10
)
print(patient.xreadgroup("mailers", "w1", {"invoices": ">"}, block=1000))
#> []
patient.close()
