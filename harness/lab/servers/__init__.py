"""Real servers as objects: start, stop, kill, freeze, thaw, restart on the same data."""

from harness.lab.servers.bugsink import Bugsink
from harness.lab.servers.rabbitmq import RabbitMQ
from harness.lab.servers.redis import Redis

__all__ = ["Bugsink", "RabbitMQ", "Redis"]
