import redis

client = redis.Redis(host="localhost", port=6379)
first = client.client_id()

# A firewall, a time-out of the server or an operator ends the idle connection.
operator = redis.Redis(host="localhost", port=6379)
print(operator.client_kill_filter(_id=first))
#> 1

# The next command notices and connects again.
print(client.client_id() > first)
#> True

client.close()
operator.close()
