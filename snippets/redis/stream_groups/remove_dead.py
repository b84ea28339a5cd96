import redis

# One step, so that no entry can be delivered between the check and the deletion.
REMOVE_DEAD = """
local removed = {}
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local name, pending, idle = consumer[2], consumer[4], consumer[6]
  if pending == 0 and idle > tonumber(ARGV[2]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], name)
    table.insert(removed, name)
  end
end
return removed
"""


def remove_dead(r: redis.Redis, stream: str, group: str, idle_ms: int) -> list[str]:
    """Delete the consumers that have nothing pending and were idle for `idle_ms`."""
    removed = r.register_script(REMOVE_DEAD)(keys=[stream], args=[group, idle_ms])
    return [str(name) for name in removed]


if __name__ == "__main__":
    r = redis.Redis(decode_responses=True)
    print("removed:", remove_dead(r, "orders", "mailers", idle_ms=24 * 3600 * 1000))
    #> removed: []
