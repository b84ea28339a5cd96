import json
import time
import urllib.request
from base64 import b64encode

login = {"Authorization": "Basic " + b64encode(b"guest:guest").decode()}
url = "http://localhost:15672/api/queues/%2F/orders"
queue: dict = {}
while not queue.get("operator_policy"):  # these numbers are some seconds old
    time.sleep(0.2)
    request = urllib.request.Request(url, headers=login)
    with urllib.request.urlopen(request, timeout=10) as answer:
        queue = json.load(answer)
print(queue["policy"], queue["operator_policy"])
print(queue["effective_policy_definition"])
