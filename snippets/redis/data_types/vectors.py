import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
shelf = client.vset()

# In a real shop these numbers come from an embedding model.
shelf.vadd("tastes", [0.9, 0.1, 0.0], "green tea")
shelf.vadd("tastes", [0.8, 0.2, 0.1], "black tea")
shelf.vadd("tastes", [0.0, 0.1, 0.9], "honey")

print(shelf.vsim("tastes", "green tea", count=2))
#> ['green tea', 'black tea']
print(shelf.vsim("tastes", [0.1, 0.0, 1.0], count=1))
#> ['honey']

client.close()
