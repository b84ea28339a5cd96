import subprocess
import tempfile
import time

import redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

# What is switched on, and how the server ends.
CASES = [
    ("nothing", ["--save", ""], "kill -9"),
    ("snapshots", ["--save", "3600 1"], "kill -9"),
    ("snapshots", ["--save", "3600 1"], "BGSAVE, 1000 more, kill -9"),
    ("snapshots", ["--save", "3600 1"], "SIGTERM"),
    ("log, fsync no", ["--appendonly", "yes", "--appendfsync", "no"], "kill -9"),
    ("log, fsync everysec", ["--appendonly", "yes"], "kill -9"),
    (
        "log, fsync always",
        ["--appendonly", "yes", "--appendfsync", "always"],
        "kill -9",
    ),
]


def start(folder: str, options: list[str]) -> tuple[subprocess.Popen, redis.Redis]:
    command = ["redis-server", "--port", "6390", "--bind", "127.0.0.1"]
    command += ["--dir", folder, "--logfile", f"{folder}/redis.log", *options]
    server = subprocess.Popen(command)
    # The server needs a moment to start: try for up to five seconds.
    patient = Retry(ConstantBackoff(0.05), retries=100)
    client = redis.Redis(
        host="localhost", port=6390, decode_responses=True, retry=patient
    )
    client.ping()
    return server, client


def write_orders(client: redis.Redis, first: int, last: int) -> None:
    pipe = client.pipeline(transaction=False)
    for number in range(first, last):
        pipe.set(f"order:{number}", "paid")
    pipe.execute()  # returns when Redis has answered every single write


def end(server: subprocess.Popen, client: redis.Redis, how: str) -> None:
    if "BGSAVE" in how:
        client.bgsave()
        saving = True
        while saving:
            time.sleep(0.01)
            saving = client.info("persistence")["rdb_bgsave_in_progress"]
        write_orders(client, 5000, 6000)
    if how == "SIGTERM":
        server.terminate()  # what systemd and Docker do: an orderly shutdown
    else:
        server.kill()
    server.wait(timeout=10)


print("Switched on | How it ended | Kept after the restart")
for name, options, how in CASES:
    with tempfile.TemporaryDirectory() as folder:
        server, client = start(folder, options)
        write_orders(client, 0, 5000)
        end(server, client, how)
        server, client = start(folder, options)
        print(f"{name} | {how} | {client.dbsize()}")
        server.kill()
        server.wait(timeout=10)
