from redis.cluster import RedisCluster

with RedisCluster(
    host="localhost",
    port=7001,
    decode_responses=True,
    ssl=True,
    ssl_ca_certs="ca.crt",
    ssl_check_hostname=False,  # the nodes tell addresses, the certificate has a name
) as cluster:
    cluster.set("order:17", "paid")
    print(cluster.get("order:17"))
