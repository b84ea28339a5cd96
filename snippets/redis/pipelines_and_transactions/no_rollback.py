import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
client.set("name", "Amina")


def order_with_a_mistake() -> redis.client.Pipeline:
    pipe = client.pipeline(transaction=True)  # the default: MULTI … EXEC
    pipe.set("order:1", "paid")
    pipe.lpush("name", "oops")  # "name" is a string, not a list
    pipe.set("order:2", "paid")
    return pipe


try:
    order_with_a_mistake().execute()
except redis.exceptions.ResponseError as error:
    command, reason = str(error).split(": ", 1)
    print(command)
    #> Command # 2 (LPUSH name oops) of pipeline caused error
    print(reason)
    #> WRONGTYPE Operation against a key holding the wrong kind of value
print(client.mget("order:1", "order:2"))
#> ['paid', 'paid']

answers = order_with_a_mistake().execute(raise_on_error=False)
print([type(answer).__name__ for answer in answers])
#> ['bool', 'ResponseError', 'bool']

client.close()
