"""Say whether Redis and RabbitMQ here have the security fixes of August 2026."""

import base64
import json
from urllib.request import Request, urlopen

import redis

# The first patch release of each series that has them, as of 21 August 2026.
PATCHED = {
    "Redis": {"8.10": 1, "8.8": 2, "8.6": 6, "8.4": 6, "8.2": 9, "7.4": 11, "7.2": 16},
    "RabbitMQ": {"4.3": 5, "4.2": 10},
}


def redis_version() -> str:
    with redis.Redis(decode_responses=True) as r:
        return str(r.info("server")["redis_version"])


def rabbitmq_version() -> str:
    login = base64.b64encode(b"guest:guest").decode()
    request = Request("http://localhost:15672/api/overview")
    request.add_header("Authorization", f"Basic {login}")
    with urlopen(request, timeout=5) as response:
        return str(json.load(response)["rabbitmq_version"])


def numbers(series: str) -> list[int]:
    """So that 8.10 is newer than 8.2."""
    return [int(part) for part in series.split(".")]


def verdict(product: str, version: str) -> str:
    series, _, patch = version.rpartition(".")
    needed = PATCHED[product].get(series)
    if needed is None and numbers(series) > max(map(numbers, PATCHED[product])):
        return "this series is newer than this list: ask the maker"
    if needed is None:
        return "this series has no release with the fixes: upgrade"
    if int(patch) < needed:
        return f"install {series}.{needed} or newer"
    return "has the fixes"


if __name__ == "__main__":
    running = {"Redis": redis_version(), "RabbitMQ": rabbitmq_version()}
    for product, version in running.items():
        print(f"{product} {version}: {verdict(product, version)}")
