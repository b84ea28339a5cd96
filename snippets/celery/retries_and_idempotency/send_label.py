import sys
import time

from dead_letters import app, dead, print_label, print_photo
from kombu import Queue

task = print_label if sys.argv[1] == "label" else print_photo
with app.connection_for_write() as connection:
    broken = Queue("broken", dead, queue_arguments={"x-queue-type": "quorum"})
    broken = broken(connection.channel())
    broken.declare()
    task.delay(1001)

    deadline = time.monotonic() + 20
    while not (message := broken.get(no_ack=True)) and time.monotonic() < deadline:
        time.sleep(0.1)
print("broken:", message.headers["task"], message.headers["argsrepr"])
print("reason:", message.headers["x-death"][0]["reason"])
