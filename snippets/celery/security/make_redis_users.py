import secrets
from pathlib import Path

import redis

LOG_IN = "+hello +client|setinfo +ping"
USERS = {
    # Puts jobs into the queue and waits for results, but reads no job.
    # \x06\x16 is in the names of queues with a priority. The line in
    # parentheses stands for itself: these commands for these keys only.
    "shop-web": f"""{LOG_IN} +multi +exec +llen +lpush
        +sadd +get +mget +subscribe +unsubscribe
        %W~celery %W~celery\x06\x16* %W~_kombu.*
        %R~celery-task-meta-* &celery-task-meta-*
        (+set +del %W~celery-taskset-meta-*)""",
    "shop-worker": f"""{LOG_IN} +multi +exec +watch +time
        +get +mget +set +setex +expire +del +publish
        +subscribe +unsubscribe +psubscribe +punsubscribe
        +lpush +rpush +brpop +llen +sadd +srem +sismember +smembers
        +hset +hget +hdel +zadd +zrem +zcount +zrange +zrangebyscore
        +evalsha +script|exists +script|load
        ~celery* ~*.reply.celery.pidbox* ~_kombu.* ~unacked*
        &celery-task-meta-* &/0.celery.pidbox &/0.celeryev/*
        &/0.celeryev/worker.*""",
}

admin = redis.Redis(decode_responses=True)
for user, rules in USERS.items():
    password = secrets.token_hex(24)
    words = ["reset", "on", f">{password}"]
    for line in map(str.strip, rules.splitlines()):
        words += [line] if line.startswith("(") else line.split()
    admin.execute_command("ACL", "SETUSER", user, *words)
    file = Path(f"{user}.url")
    file.touch(mode=0o600)
    file.write_text(f"redis://{user}:{password}@localhost:6379/0")
