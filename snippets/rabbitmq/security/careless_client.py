import ssl

import pika

context = ssl.create_default_context()
context.check_hostname = False  # wrong: so anybody may be the broker
context.verify_mode = ssl.CERT_NONE
login = pika.PlainCredentials("shop-web", "my-secret")
try:
    pika.BlockingConnection(
        pika.ConnectionParameters(
            "localhost",
            5674,
            credentials=login,
            ssl_options=pika.SSLOptions(context, "localhost"),
        )
    )
except pika.exceptions.AMQPConnectionError as error:
    print(type(error).__name__)
