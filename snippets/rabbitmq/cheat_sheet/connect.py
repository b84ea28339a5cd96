import os

import pika

# amqps:// for TLS. %2F is the virtual host "/".
url = os.environ.get("AMQP_URL", "amqp://guest:guest@localhost:5672/%2F")
parameters = pika.URLParameters(url)
parameters.blocked_connection_timeout = 30  # the default waits for ever
parameters.socket_timeout = 5
parameters.connection_attempts, parameters.retry_delay = 3, 2
parameters.client_properties = {"connection_name": "shop-web"}

with pika.BlockingConnection(parameters) as connection:  # one for each thread
    channel = connection.channel()
    print(connection.is_open, channel.is_open)
    #> True True
print(parameters.heartbeat)  # None: what the broker proposes
#> None
