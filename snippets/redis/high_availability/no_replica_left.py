import os
import signal
import time
from pathlib import Path

import redis
from redis.cluster import RedisCluster

cluster = RedisCluster(host="localhost", port=7002, decode_responses=True)
owner = cluster.get_node_from_key("order:2")
cluster.close()
# The promoted replica has no replica of its own. Kill it as well.
os.kill(int(Path(f"node-{owner.port}/redis.pid").read_text()), signal.SIGKILL)

# This node is alive and holds order:1.
node = redis.Redis(host="localhost", port=7003, decode_responses=True)
try:
    for _ in range(200):
        node.get("order:1")
        time.sleep(0.05)
except redis.exceptions.ClusterDownError as error:
    print(f"{type(error).__name__}: {error}")

# Serve what is left: for caches better than nothing, for orders hardly.
node.config_set("cluster-require-full-coverage", "no")
for _ in range(200):
    time.sleep(0.05)
    if node.cluster("INFO")["cluster_state"] == "ok":
        break
print("order:1", node.get("order:1"))
node.close()
