import redis


def change_setting(url: str) -> None:
    client = redis.Redis.from_url(url)
    try:
        client.config_set("notify-keyspace-events", "Ex")
    except redis.exceptions.ResponseError as error:
        print(f"{type(error).__name__}: {error}")
    client.close()


change_setting("redis://app:secret@localhost:6380/0")  # a restricted user
change_setting("redis://app:secret@localhost:6381/0")  # renamed commands
