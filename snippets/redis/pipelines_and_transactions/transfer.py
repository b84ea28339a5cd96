from concurrent.futures import ThreadPoolExecutor

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


client.mset({"balance:amina": 100, "balance:bilal": 0})
with ThreadPoolExecutor(20) as pool:  # 20 requests at the same moment
    paid = [
        pool.submit(transfer, "balance:amina", "balance:bilal", 10) for _ in range(20)
    ]
print(sum(request.result(timeout=30) for request in paid), "of 20 were possible")
#> 10 of 20 were possible
print(client.mget("balance:amina", "balance:bilal"))
#> ['0', '100']
client.close()
