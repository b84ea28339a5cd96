import os

import pika

GOOD = os.environ["AMQP_URL"]  # amqps://shop:secret@localhost:5671/shop
WRONG = {
    "amqp: instead of amqps:": GOOD.replace("amqps:", "amqp:"),
    "amqps: to a port without TLS": GOOD.replace(":5671", ":5672"),
    "another password": GOOD.replace(":secret@", ":secrets@"),
    "no virtual host": GOOD.removesuffix("/shop"),
    "a virtual host that is not there": GOOD + "s",
    "a host that the certificate does not name": GOOD.replace("localhost", "127.0.0.1"),
    "the CA is unknown to this machine": GOOD,
}


def attempt(url: str) -> str:
    parameters = pika.URLParameters(url)
    parameters.socket_timeout = parameters.stack_timeout = 3
    said = "connected"
    try:
        pika.BlockingConnection(parameters).close()
    except (pika.exceptions.AMQPError, OSError) as error:
        text = str(error).partition(" (_ssl")[0]
        said = f"`{type(error).__name__}: {text}`"
    return said


print("What is wrong | pika raises")
for what, url in WRONG.items():
    if "CA" in what:
        os.environ["SSL_CERT_FILE"] = os.devnull
    print(f"*{what}* | {attempt(url)}")
