import redis

client = redis.Redis(host="localhost", port=6379)
pool = client.connection_pool
options = pool.connection_kwargs
retry = options["retry"]

print("redis-py", redis.__version__)
#> redis-py 8.1.0
print("socket_connect_timeout", options["socket_connect_timeout"])
#> socket_connect_timeout 5
print("socket_timeout", options["socket_timeout"])
#> socket_timeout 5
print("retries", retry.get_retries())
#> retries 10
print("retried errors", sorted({e.__name__ for e in retry._supported_errors}))
#> retried errors ['ConnectionError', 'TimeoutError']
print("max_connections", pool.max_connections)
#> max_connections 100
print("health_check_interval", options["health_check_interval"])
#> health_check_interval 0
print("legacy_responses", options["legacy_responses"])
#> legacy_responses True
print("RESP version on the wire", client.client_info()["resp"])
#> RESP version on the wire 3

client.close()
