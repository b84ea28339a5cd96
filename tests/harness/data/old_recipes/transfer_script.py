import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

# Keys come in KEYS and values in ARGV, so that the text stays the same for all calls.
transfer = client.register_script("""
local amount = tonumber(ARGV[1])
if tonumber(redis.call('GET', KEYS[1]) or 0) < amount then
  return 0
end
redis.call('DECRBY', KEYS[1], amount)
redis.call('INCRBY', KEYS[2], amount)
return 1
""")
