import threading
import time

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
client.config_set("busy-reply-threshold", 100)  # milliseconds; the default is 5000


def never_ends() -> None:
    try:
        client.eval("while true do end", 0)
    except redis.exceptions.ResponseError as error:
        print("the script:", error)


thread = threading.Thread(target=never_ends)
thread.start()

while True:
    time.sleep(0.01)
    try:
        client.get("order:1")
    except redis.exceptions.ResponseError as error:
        print("everybody else:", error)
        break

client.script_kill()
thread.join(timeout=5)
print("afterwards:", client.get("order:1"))

client.close()
