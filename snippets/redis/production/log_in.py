import redis
from redis.backoff import NoBackoff
from redis.retry import Retry


def try_to_read(**login: str | int) -> None:
    client = redis.Redis(retry=Retry(NoBackoff(), 0), **login)
    try:
        client.get("shop:order:17")
    except redis.exceptions.AuthenticationError as error:
        print(error)
    finally:
        client.close()


try_to_read()
try_to_read(protocol=2)
try_to_read(username="shop", password="guessed")
