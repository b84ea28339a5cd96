import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
remember = client.register_script("""
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
""")

client.hset("session:a1", mapping={"user": "amina"})
client.expire("session:a1", 1800)
print(remember(keys=["session:a1"], args=["cart", "book"]))
#> 1
client.delete("session:a1")
print(remember(keys=["session:a1"], args=["cart", "pen"]))
#> 0
print(client.exists("session:a1"))
#> 0
client.close()
