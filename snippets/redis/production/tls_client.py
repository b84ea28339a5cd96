import os

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

password = os.environ["REDIS_PASSWORD"]


def ping(url: str, **options: str) -> None:
    client = redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0), **options)
    try:
        print(client.ping())
    except redis.exceptions.ConnectionError as error:
        print(error)
    finally:
        client.close()


ping(f"rediss://shop:{password}@localhost:6379/0", ssl_ca_certs="ca.crt")
# Without our CA, only those that the system trusts count:
ping(f"rediss://shop:{password}@localhost:6379/0")
# The certificate says localhost, not 127.0.0.1:
ping(f"rediss://shop:{password}@127.0.0.1:6379/0", ssl_ca_certs="ca.crt")
