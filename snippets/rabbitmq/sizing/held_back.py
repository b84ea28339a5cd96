import subprocess

import pika

LIST = "rabbitmqctl -q list_connections client_properties state"


def connect(name: str) -> pika.BlockingConnection:
    return pika.BlockingConnection(
        pika.ConnectionParameters(
            "localhost",
            client_properties={"connection_name": name},
            blocked_connection_timeout=30,
        )
    )


consumer, publisher = connect("consumer"), connect("publisher")
told: list[str] = []
publisher.add_on_connection_blocked_callback(
    lambda connection, frame: told.append(frame.method.reason)
)
channel = publisher.channel()
for _ in range(2000):  # without confirms: all of them are under way at once
    channel.basic_publish("", "orders", bytes(100))
publisher.process_data_events(time_limit=1)  # pika handles notifications in here
print("the publisher is told:", *told or ["nothing"])
listed = subprocess.run(LIST.split(), capture_output=True, text=True, check=True)
for line in sorted(listed.stdout.splitlines()[1:]):
    name = "publisher" if '"publisher"' in line else "consumer"
    print(f"{name}: {line.split()[-1]}")
