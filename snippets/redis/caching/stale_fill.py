import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
database = {1: 1200}

# A reader misses and asks the database.
client.get("product:1")
read_by_reader = database[1]

# Before it can fill the cache, a writer changes the price and deletes the key.
database[1] = 990
client.delete("product:1")

# Now the reader fills the cache with what it has read.
client.set("product:1", read_by_reader, ex=300)

print("database:", database[1], "cache:", client.get("product:1"))
#> database: 990 cache: 1200

client.close()
