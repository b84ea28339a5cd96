"""Exit with 1 and a line for each thing that needs a person."""

import os
import sys

import redis

client = redis.Redis.from_url(
    os.environ.get("REDIS_URL", "redis://localhost:6379"), decode_responses=True
)
info = client.info("everything")
client.close()

limit = info["maxmemory"]
keeps_all = info["maxmemory_policy"] == "noeviction"  # a cache may be full: it evicts
warnings = {
    "no maxmemory: the kernel will kill Redis instead": not limit,
    "more than 80 % of maxmemory is used": keeps_all
    and limit
    and info["used_memory"] > 0.8 * limit,
    "writes were refused, the memory was full": info.get("errorstat_OOM"),
    "the last snapshot failed": info["rdb_last_bgsave_status"] != "ok",
    "the last write to the append-only file failed": info["aof_enabled"]
    and info["aof_last_write_status"] != "ok",
    "clients were turned away": info["rejected_connections"],
    "a replica lost its primary": info.get("master_link_status") == "down",
}
found = [text for text, is_so in warnings.items() if is_so]
print("\n".join(found) or "healthy")
sys.exit(bool(found))
