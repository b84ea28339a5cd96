import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

for value in ({"city": "Tunis"}, None, True):
    try:
        client.hset("user:1", "address", value)
    except redis.DataError as error:
        print(error)
        #> A tuple item must be str, int, float or bytes.
        #> A tuple item must be str, int, float or bytes.
        #> A tuple item must be str, int, float or bytes.

# str() hides the error and stores what only Python can read, and only by force.
client.hset("user:1", "address", str({"city": "Tunis"}))
print(client.hget("user:1", "address"))
#> {'city': 'Tunis'}

client.close()
