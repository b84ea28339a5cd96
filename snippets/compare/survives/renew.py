import time

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
IDLE = 1000  # milliseconds without a sign of life, then others may take the entry
# Renews only what still belongs to this worker: after a freeze it may be Ben's.
RENEW = client.register_script("""
    local entry = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1)[1]
    if not entry or entry[2] ~= ARGV[2] then return 0 end
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3], 'JUSTID')
    return 1
""")

client.xadd("jobs", {"order": 17})
client.xgroup_create("jobs", "team", id="0")
[[_, [(entry, _)]]] = client.xreadgroup("team", "anna", {"jobs": ">"}, count=1)

for second in (1, 2, 3):  # Anna works for three times IDLE
    for _ in range(5):
        time.sleep(0.2)
        RENEW(keys=["jobs"], args=["team", "anna", entry])
    _, taken, _ = client.xautoclaim("jobs", "team", "ben", min_idle_time=IDLE)
    print(f"after {second} s Ben may take: {taken}")
    #> after 1 s Ben may take: []
    #> after 2 s Ben may take: []
    #> after 3 s Ben may take: []
[pending] = client.xpending_range("jobs", "team", "-", "+", 1)
print(pending["consumer"], "deliveries:", pending["times_delivered"])
#> anna deliveries: 1
client.xack("jobs", "team", entry)
client.close()
