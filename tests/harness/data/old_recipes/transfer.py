import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)


def transfer(source: str, target: str, amount: int) -> bool:
    """Move money between two balances; False when there is too little of it."""
    with client.pipeline() as pipe:
        while True:
            try:
                pipe.watch(source, target)
                if int(pipe.get(source) or 0) < amount:
                    return False
                pipe.multi()
                pipe.decrby(source, amount)
                pipe.incrby(target, amount)
                pipe.execute()
                return True
            except redis.exceptions.WatchError:
                continue  # somebody was faster: read again, decide again
