import os
import signal
import sys
import time

import pika
from price_client import PriceClient

broker_pid = int(sys.argv[1])
client = PriceClient(pika.ConnectionParameters("localhost"))
print("Lahore:", client.ask("Lahore", timeout=30))
begin = time.monotonic()
os.kill(broker_pid, signal.SIGSTOP)  # still there, but it does not answer
try:
    client.ask("Karachi", timeout=1)
except TimeoutError as error:
    print(f"Karachi: {error}, after {time.monotonic() - begin:.1f} s")
finally:
    os.kill(broker_pid, signal.SIGCONT)
print("Skardu:", client.ask("Skardu", timeout=30))
client.connection.close()
