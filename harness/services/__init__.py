"""Real servers as objects: start, stop, kill, freeze, thaw, restart on the same data."""

from harness.services.bugsink import Bugsink
from harness.services.rabbitmq import RabbitMQ
from harness.services.redis import Redis

__all__ = ["Bugsink", "RabbitMQ", "Redis"]
