import os
import signal
import threading

import redis

# retry=None: every command is sent at most once.
client = redis.Redis(host="localhost", port=6379, socket_timeout=0.5, retry=None)
client.delete("orders")

pid = client.info("server")["process_id"]
os.kill(pid, signal.SIGSTOP)
thaw = threading.Timer(1.2, os.kill, (pid, signal.SIGCONT))
thaw.start()

try:
    client.incr("orders")
except redis.TimeoutError as error:
    print(error)
    #> Timeout reading from socket
thaw.join()
print(client.get("orders"))
#> b'1'

client.close()
