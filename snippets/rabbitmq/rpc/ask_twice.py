import pika
from price_client import PriceClient

client = PriceClient(pika.ConnectionParameters("localhost"))
try:
    print("Skardu:", client.ask("Skardu", timeout=0.3))
except TimeoutError as error:
    print("Skardu:", error)
print("Lahore:", client.ask("Lahore", timeout=30))
client.connection.close()
