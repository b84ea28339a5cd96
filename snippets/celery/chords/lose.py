import redis
from bills import start

start("1001", ["tea", "coffee", "sugar"])
with redis.Redis() as broker:
    broker.rpop("celery")  # one message is lost
    print(broker.llen("celery"), "of 3 messages are left")
