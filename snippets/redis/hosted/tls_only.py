import redis


def ping(url: str, **options: str) -> None:
    client = redis.Redis.from_url(url, **options)
    try:
        print(client.ping())
    except redis.exceptions.ConnectionError as error:
        print(error)
    finally:
        client.close()


ping("redis://localhost:6379/0")
ping("rediss://localhost:6379/0")
ping("rediss://localhost:6379/0", ssl_ca_certs="ca.crt")
