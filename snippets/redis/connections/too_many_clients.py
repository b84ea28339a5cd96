import redis

client = redis.Redis(host="localhost", port=6379)
client.config_set("maxclients", 10)  # the default is 10000

crowd = []
try:
    while True:
        # The mistake: clients that are kept and never closed.
        one = redis.Redis(
            host="localhost", port=6379, single_connection_client=True, retry=None
        )
        crowd.append(one)
except redis.ConnectionError as error:
    print(error)
    #> max number of clients reached

for one in crowd:
    one.close()
client.config_set("maxclients", 10_000)
client.close()
