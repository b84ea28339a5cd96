import os

from redis.sentinel import Sentinel

tls = {"ssl": True, "ssl_ca_certs": "ca.crt", "ssl_check_hostname": False}
sentinel = Sentinel(
    [("localhost", 26379)],
    # For the Sentinels themselves:
    sentinel_kwargs={"password": os.environ["SENTINELS_PASSWORD"], **tls},
    # For the servers that they name:
    username="shop",
    password=os.environ["SHOP_PASSWORD"],
    **tls,
)
print("primary:", sentinel.discover_master("orders"))
primary = sentinel.master_for("orders", decode_responses=True)
print(primary.set("order:17", "paid"))
primary.close()
