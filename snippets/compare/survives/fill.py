"""Usage: fill.py Redis|RabbitMQ: sends 200 orders each way, waiting for every answer"""

import sys

from six_ways import WAYS

for name, way in WAYS.items():
    if name.startswith(sys.argv[1]):
        sender = way("the shop")
        for number in range(200):
            sender.send(f"order-{number}")
        sender.close()
        print(name, "| 200")
