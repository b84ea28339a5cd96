import redis


def show(kind: type[Exception], depth: int = 0) -> None:
    print("    " * depth + kind.__name__)
    for below in kind.__subclasses__():
        if below.__module__ == "redis.exceptions":
            show(below, depth + 1)


show(redis.RedisError)
