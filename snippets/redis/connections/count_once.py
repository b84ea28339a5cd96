import os
import signal
import threading
import uuid

import redis

# Claim the request's id and count, in one step on the server.
COUNT_ONCE = """
if redis.call('SET', KEYS[2], 'done', 'NX', 'EX', 3600) then
    return redis.call('INCR', KEYS[1])
end
return tonumber(redis.call('GET', KEYS[1]))
"""

client = redis.Redis(host="localhost", port=6379, socket_timeout=0.5)
client.delete("{orders}")
request_id = uuid.uuid4()  # in a web service: sent by the client with its request

pid = client.info("server")["process_id"]
os.kill(pid, signal.SIGSTOP)
threading.Timer(1.2, os.kill, (pid, signal.SIGCONT)).start()

print(client.eval(COUNT_ONCE, 2, "{orders}", f"{{orders}}:request:{request_id}"))
#> 1
print(client.get("{orders}"))
#> b'1'

client.close()
