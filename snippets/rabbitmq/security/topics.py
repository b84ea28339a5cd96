import pika
import requests

API, ADMIN = "http://localhost:15672/api", ("guest", "guest")
# May publish to the exchange `orders`, and there only with keys of its own country.
rights = {"configure": "^$", "write": "^orders$", "read": "^$"}
topic = {"exchange": "orders", "write": r"^order\.fr\.", "read": "^$"}
for path, body in (
    ("users/shop-fr", {"password": "fr", "tags": ""}),
    ("exchanges/shop/orders", {"type": "topic", "durable": True}),
    ("permissions/shop/shop-fr", rights),
    ("topic-permissions/shop/shop-fr", topic),
):
    requests.put(f"{API}/{path}", json=body, auth=ADMIN, timeout=10).raise_for_status()

login = pika.PlainCredentials("shop-fr", "fr")
broker = pika.ConnectionParameters("localhost", virtual_host="shop", credentials=login)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.confirm_delivery()
    for key in ("order.fr.created", "order.de.created"):
        try:
            channel.basic_publish("orders", key, b"{}")
            print(f"{key}: confirmed")
        except pika.exceptions.ChannelClosedByBroker as error:
            print(f"{key}: {error.reply_text}")
