import pickle

import redis

client = redis.Redis(host="localhost", port=6379)  # bytes: pickles are not text


class Trap:
    def __reduce__(self) -> tuple:
        return eval, ("6 * 7",)  # it could be os.system as well


# Somebody who may write to your Redis puts this where a product should be.
client.set("product:1", pickle.dumps(Trap()), ex=300)

product = pickle.loads(client.get("product:1"))
print(product)  # not a product: the answer of their code
#> 42

client.close()
