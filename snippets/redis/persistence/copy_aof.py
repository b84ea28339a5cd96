import shutil
import time
from pathlib import Path
from typing import Any

import redis


def rewriting(client: redis.Redis) -> bool:
    state = client.info("persistence")
    return bool(state["aof_rewrite_in_progress"] or state["aof_rewrite_scheduled"])


def copy_aof(client: redis.Redis, target: Path) -> None:
    """Copy the folder of the append-only file. `target` must not exist."""
    client.config_set("auto-aof-rewrite-percentage", 0)  # start no other rewrite
    try:
        while rewriting(client):  # one that has begun ends by itself
            time.sleep(0.1)
        settings: Any = client.config_get("dir", "appenddirname")
        shutil.copytree(Path(settings["dir"]) / settings["appenddirname"], target)
    finally:
        client.config_set("auto-aof-rewrite-percentage", 100)


if __name__ == "__main__":
    with redis.Redis(decode_responses=True) as r:
        copy_aof(r, Path(f"backups/aof-{time.strftime('%Y%m%d-%H%M%S')}"))
    print("copied")
