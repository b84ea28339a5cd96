"""Usage: check_service.py URL. Print what a program may expect of this Redis.

It changes no data and no setting.
"""

import sys

import redis


def connect(url: str) -> redis.Redis:
    client = redis.Redis.from_url(url, decode_responses=True, socket_timeout=5)
    try:
        client.ping()
    except redis.exceptions.ResponseError as error:
        if "HELLO" not in str(error):
            raise
        client.close()
        client = redis.Redis.from_url(
            url, decode_responses=True, socket_timeout=5, protocol=2
        )
        client.ping()
        print("protocol 3: no, use protocol=2")
    else:
        print("protocol 3: yes")
    return client


def allowed(*command: str | int) -> str:
    try:
        client.execute_command(*command)
    except redis.exceptions.RedisError:
        return "no"
    return "yes"


def detail(section: str, name: str) -> str:
    try:
        return str(client.info(section)[name])
    except redis.exceptions.RedisError as error:
        return f"unknown ({type(error).__name__})"


client = connect(sys.argv[1])
print("redis_version:", detail("server", "redis_version"))
print("maxmemory_policy:", detail("memory", "maxmemory_policy"))
print("aof_enabled:", detail("persistence", "aof_enabled"))
print("cluster_enabled:", detail("cluster", "cluster_enabled"))
print("scripts:", allowed("EVAL", "return 1", 0))
print("CONFIG GET:", allowed("CONFIG", "GET", "maxmemory"))
print("CLIENT LIST:", allowed("CLIENT", "LIST"))
print("SLOWLOG:", allowed("SLOWLOG", "LEN"))
print("database 1:", allowed("SELECT", 1))
client.close()
