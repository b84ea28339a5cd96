import pika

broker = pika.ConnectionParameters(
    "localhost",
    connection_attempts=3,  # rounds through all addresses
    retry_delay=1,  # seconds between two rounds
    socket_timeout=5,  # for the TCP connection
    stack_timeout=10,  # for TCP, TLS and the AMQP handshake together
    heartbeat=30,  # silence for that long and something is wrong
    blocked_connection_timeout=30,  # how long the broker may refuse to read
    client_properties={"connection_name": "shop: orders"},  # for the management page
)
default = pika.ConnectionParameters()
for name in ("connection_attempts", "retry_delay", "socket_timeout", "stack_timeout"):
    print(f"{name}: {getattr(default, name)} by default")
    #> connection_attempts: 1 by default
    #> retry_delay: 2.0 by default
    #> socket_timeout: 10.0 by default
    #> stack_timeout: 15.0 by default
for name in ("heartbeat", "blocked_connection_timeout"):
    print(f"{name}: {getattr(default, name)} by default")
    #> heartbeat: None by default
    #> blocked_connection_timeout: None by default

# Several addresses: the first that answers is taken.
backup = pika.ConnectionParameters("localhost", 5673)
with pika.BlockingConnection([backup, broker]) as connection:
    print("connected:", connection.is_open)
    #> connected: True
