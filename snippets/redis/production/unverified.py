import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

# On this port listens somebody else, with a certificate made a minute ago.
address = {"port": 6391, "ssl": True, "retry": Retry(NoBackoff(), 0)}

careless = redis.Redis(**address, ssl_cert_reqs="none", ssl_check_hostname=False)
print("careless:", careless.set("shop:order:17", "card 4242"))

careful = redis.Redis(**address, ssl_ca_certs="ca.crt")
try:
    careful.set("shop:order:18", "card 4242")
except redis.exceptions.ConnectionError as error:
    print("careful:", error)

careless.close()
careful.close()
