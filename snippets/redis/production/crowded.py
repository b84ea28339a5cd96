from collections import Counter

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

admin = redis.Redis(client_name="admin", decode_responses=True)
limit = admin.info("clients")["connected_clients"] + 2
before = admin.config_get("maxclients")
admin.config_set("maxclients", limit)

web = [redis.Redis(client_name="web", retry=Retry(NoBackoff(), 0)) for _ in range(3)]
for client in web:
    try:
        client.ping()
    except redis.exceptions.ConnectionError as error:
        print(error)
        #> max number of clients reached

names = Counter(connection["name"] for connection in admin.client_list())
print(names["web"], "connections are called web")
#> 2 connections are called web
print(admin.info("stats")["rejected_connections"], "was refused")
#> 1 was refused

admin.config_set("maxclients", before["maxclients"])
for client in (admin, *web):
    client.close()
