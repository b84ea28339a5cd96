import os

import redis

with redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True) as client:
    print("user:", client.acl_whoami())
    print("may do:", client.acl_getuser("default")["categories"])
    print("flushall:", client.flushall())
