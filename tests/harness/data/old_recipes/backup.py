import shutil
import time
from pathlib import Path

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
client.bgsave()
deadline = time.monotonic() + 60
saving = True
while saving and time.monotonic() < deadline:
    time.sleep(0.1)
    state = client.info("persistence")
    saving = state["rdb_bgsave_in_progress"]
if saving or state["rdb_last_bgsave_status"] != "ok":
    raise RuntimeError("the snapshot failed or is not ready: see redis.log")

# Redis renames a finished snapshot into place, so a copy is always a whole one.
settings = client.config_get("dir", "dbfilename")
Path("backups").mkdir(exist_ok=True)
shutil.copy2(Path(settings["dir"]) / settings["dbfilename"], "backups/orders.rdb")
print("copied to backups/orders.rdb")
client.close()
