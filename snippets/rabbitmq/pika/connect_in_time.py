import time

import pika
from pika.adapters.utils.connection_workflow import AMQPConnectorException

broker = pika.ConnectionParameters("localhost", stack_timeout=2)
started = time.monotonic()
try:
    pika.BlockingConnection(broker)
except AMQPConnectorException as error:
    what = str(error).partition("'")[0]  # the rest is the address
    print(f"{type(error).__name__}: {what}")
    print("an AMQPError:", isinstance(error, pika.exceptions.AMQPError))
    print(f"after {time.monotonic() - started:.1f} s")
