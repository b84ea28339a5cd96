import os
import sys

import dramatiq
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.brokers.redis import RedisBroker
from orders import RABBITMQ, REDIS, TAKEOVER, pack

if os.environ.get("BROKER") == "rabbitmq":
    dramatiq.set_broker(RabbitmqBroker(url=RABBITMQ, confirm_delivery=True))
else:
    dramatiq.set_broker(
        RedisBroker(
            url=REDIS,
            heartbeat_timeout=TAKEOVER * 1000,  # default: 60 seconds
            # Look for dead workers with each command, not with one in 1000.
            maintenance_chance=1_000_000,
        )
    )

pack_order = dramatiq.actor(pack, actor_name="pack_order")

if __name__ == "__main__":
    for order in range(*map(int, sys.argv[1:])):
        pack_order.send(order)
