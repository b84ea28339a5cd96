import os
import signal
import threading

import redis

# The default of 10 retries, and 0.5 s instead of 5 s so that you need not wait.
client = redis.Redis(host="localhost", port=6379, socket_timeout=0.5)
client.delete("orders")

# Freeze the server now and let it go on after 1.2 s.
pid = client.info("server")["process_id"]
os.kill(pid, signal.SIGSTOP)
threading.Timer(1.2, os.kill, (pid, signal.SIGCONT)).start()

client.incr("orders")  # once!
print(int(client.get("orders")) >= 2)
#> True

client.close()
