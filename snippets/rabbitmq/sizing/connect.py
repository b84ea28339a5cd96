import os

import pika
from pika.adapters.utils.connection_workflow import AMQPConnectorException

broker = pika.URLParameters(os.environ.get("AMQP_URL", "amqp://localhost"))
broker.stack_timeout = 5
opened = []
try:
    while len(opened) < 150:
        opened.append(pika.BlockingConnection(broker))
except (pika.exceptions.AMQPConnectionError, AMQPConnectorException) as error:
    print(f"open connections, counted: {len(opened)}")
    print(f"{type(error).__name__}: {error}".partition("'localhost'/")[0])
