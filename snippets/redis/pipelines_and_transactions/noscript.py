import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

text = "return redis.call('INCRBY', KEYS[1], ARGV[1])"
sha = client.script_load(text)
print(client.evalsha(sha, 1, "orders", 5))
#> 5

client.script_flush()  # a restart and a failover forget scripts, too
try:
    client.evalsha(sha, 1, "orders", 5)
except redis.exceptions.NoScriptError as error:
    print(f"{type(error).__name__}: {error}")
    #> NoScriptError: No matching script. Please use EVAL.

add = client.register_script(text)
print(add(keys=["orders"], args=[5]))  # loads the text again by itself
#> 10

client.close()
