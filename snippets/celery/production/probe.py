import os
import socket
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

PORTS = {"amqp": 5672, "amqps": 5671}


def broker_is_there() -> bool:
    url = urlsplit(os.environ.get("BROKER_URL", "redis://localhost:6379/0"))
    address = (url.hostname or "localhost", url.port or PORTS.get(url.scheme, 6379))
    try:
        socket.create_connection(address, timeout=3).close()
    except OSError:
        return False
    return True


age = time.time() - Path("worker.alive").stat().st_mtime
if age > float(sys.argv[1]):
    if broker_is_there():
        sys.exit(f"no heartbeat for too long: {age:.1f} s")
    print("the broker is down, and a restart of the worker does not help")
