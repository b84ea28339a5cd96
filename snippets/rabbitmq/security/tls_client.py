import ssl

import pika


def connect(host: str, context: ssl.SSLContext) -> None:
    try:
        with pika.BlockingConnection(
            pika.ConnectionParameters(
                host,
                5671,
                virtual_host="shop",
                credentials=pika.credentials.ExternalCredentials(),
                ssl_options=pika.SSLOptions(context, host),
                blocked_connection_timeout=30,
            )
        ) as connection:
            print("connected:", connection.is_open)
    except pika.exceptions.AMQPConnectionError as error:
        print(type(error).__name__)
    except ssl.SSLError as error:
        print(error)


# The check of the server's certificate and name is on.
ours = ssl.create_default_context(cafile="ca.crt")
ours.load_cert_chain("shop-web.crt", "shop-web.key")
connect("localhost", ours)
# Without our CA, only those that the system trusts count:
connect("localhost", ssl.create_default_context())
# The certificate says localhost, not 127.0.0.1:
connect("127.0.0.1", ours)
# No certificate of our own to show:
connect("localhost", ssl.create_default_context(cafile="ca.crt"))
