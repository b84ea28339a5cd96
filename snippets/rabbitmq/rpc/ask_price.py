import sys

import pika
from price_client import NobodyServes, PriceClient

city, timeout = sys.argv[1], float(sys.argv[2])
client = PriceClient(pika.ConnectionParameters("localhost"))
try:
    print(f"{city}: {client.ask(city, timeout)}")
except (TimeoutError, NobodyServes, LookupError) as error:
    print(f"{type(error).__name__}: {error}")
finally:
    if client.connection.is_open:
        client.connection.close()
