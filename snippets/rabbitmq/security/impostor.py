import socket
import ssl

from pika import frame, spec

context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("fake.crt", "fake.key")
with socket.create_server(("127.0.0.1", 5674)) as server:
    print("waiting", flush=True)
    plain, _ = server.accept()
    with context.wrap_socket(plain, server_side=True) as client:
        client.recv(8)  # "AMQP", and the version
        properties = {"capabilities": {}, "product": "RabbitMQ"}
        start = spec.Connection.Start(0, 9, properties, b"PLAIN", b"en_US")
        client.sendall(frame.Method(0, start).marshal())
        _, answer = frame.decode_frame(client.recv(4096))
        print("stolen:", answer.method.response)
