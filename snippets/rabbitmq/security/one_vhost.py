from functools import partial

import pika
import requests

API, ADMIN = "http://localhost:15672/api", ("guest", "guest")


def share(vhosts: dict[str, str]) -> dict[str, int]:
    """Let each worker consume in its vhost; publish 30 orders in production's."""
    got = dict.fromkeys(vhosts, 0)

    def receive(worker: str, *delivery) -> None:
        got[worker] += 1

    connections = []
    for worker, vhost in vhosts.items():
        broker = pika.ConnectionParameters("localhost", virtual_host=vhost)
        connections.append(pika.BlockingConnection(broker))
        channel = connections[-1].channel()
        channel.queue_declare("orders", durable=True)
        channel.basic_consume("orders", partial(receive, worker), auto_ack=True)
    channel = connections[0].channel()
    channel.confirm_delivery()
    for _ in range(30):
        channel.basic_publish("", "orders", b"{}", mandatory=True)
    for connection in connections:
        connection.process_data_events(time_limit=0.5)
        connection.close()
    return got


print(share({"production": "/", "my laptop": "/"}))
#> {'production': 15, 'my laptop': 15}

requests.put(f"{API}/vhosts/staging", auth=ADMIN, timeout=10).raise_for_status()
print(share({"production": "/", "my laptop": "staging"}))
#> {'production': 30, 'my laptop': 0}
