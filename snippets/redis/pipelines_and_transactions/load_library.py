import redis

LIBRARY = """#!lua name=shop
redis.register_function('reserve', function(keys, args)
  local left = tonumber(redis.call('GET', keys[1]) or 0)
  if left < tonumber(args[1]) then
    return -1
  end
  return redis.call('DECRBY', keys[1], args[1])
end)
"""

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
print("library:", client.function_load(LIBRARY, replace=True))
print("script:", client.script_load("return 'hello from a script'"))
client.set("stock:book", 5)
print("left:", client.fcall("reserve", 1, "stock:book", 2))
client.close()
