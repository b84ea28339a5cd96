import threading
import time

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
client.config_set("busy-reply-threshold", 50)  # milliseconds

# Writes first, then works for a moment (one to three seconds on most machines).
SCRIPT = "redis.call('SET', KEYS[1], 'paid'); for i = 1, 3e8 do end; return 'done'"

patient = redis.Redis(host="localhost", decode_responses=True, socket_timeout=30)


def order() -> None:
    print("the script:", patient.eval(SCRIPT, 1, "order:1"))


thread = threading.Thread(target=order)
thread.start()

while True:
    time.sleep(0.01)
    try:
        client.script_kill()
    except redis.exceptions.ResponseError as error:
        if not str(error).startswith("NOTBUSY"):  # that is: not started yet
            print(error)
            break

thread.join()
print("order:", client.get("order:1"))
patient.close()
client.close()
