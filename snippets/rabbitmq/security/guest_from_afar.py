import ssl

import pika

context = ssl.create_default_context(cafile="ca.crt")
context.load_cert_chain("shop-web.crt", "shop-web.key")
for host in ("localhost", "192.168.10.5"):
    broker = pika.ConnectionParameters(
        host,
        5671,
        credentials=pika.PlainCredentials("guest", "guest"),
        ssl_options=pika.SSLOptions(context, host),
        blocked_connection_timeout=30,
    )
    try:
        pika.BlockingConnection(broker).close()
        print(f"{host}: logged in")
    except pika.exceptions.ProbableAuthenticationError as error:
        print(f"{host}: {error}")
