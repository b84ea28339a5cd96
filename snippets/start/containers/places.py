import os
import socket
from urllib.parse import urlsplit

PORTS = {"redis": 6379, "amqp": 5672, "amqps": 5671, "http": 80, "https": 443}

for variable in ("REDIS_URL", "BROKER_URL", "SENTRY_DSN"):
    url = urlsplit(os.environ[variable])
    host, port = url.hostname or "localhost", url.port or PORTS[url.scheme]
    try:
        socket.create_connection((host, port), timeout=3).close()
    except socket.gaierror as error:
        print(f"{variable}: the name {host} is unknown here: {error}")
    except OSError as error:
        print(f"{variable}: {host} is known, but port {port} does not answer: {error}")
    else:
        print(f"{variable}: {host}:{port} accepts connections")
