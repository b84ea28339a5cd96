import threading
import time

import redis

client = redis.Redis(decode_responses=True, client_name="report")
client.config_set("slowlog-log-slower-than", 10_000)  # microseconds: the default
client.config_set("latency-monitor-threshold", 10)  # milliseconds; 0, the default: off
client.slowlog_reset()
client.latency_reset()

REPORT = "local n = 0; for i = 1, 20000000 do n = n + i end; return n"
report = threading.Thread(target=client.eval, args=(REPORT, 0))
other = redis.Redis(client_name="web")
other.ping()

longest = 0.0
report.start()
while report.is_alive():
    began = time.monotonic()
    other.ping()
    longest = max(longest, time.monotonic() - began)
print("another client waited more than 10 ms for PONG:", longest > 0.01)
#> another client waited more than 10 ms for PONG: True

entry = client.slowlog_get(1)[0]
print(entry["command"][:26], "from", entry["client_name"], entry["duration"] > 10_000)
#> b'EVAL local n = 0; for i = ' from b'report' True
event = client.latency_latest()[0]
print(event[0], "took at most 10 ms:", event[3] <= 10)
#> command took at most 10 ms: False

client.close()
other.close()
