import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

payment = {"card": "4111-1111-1111-1111", "token": "card-secret"}
order = {"number": 1001, "payment": payment}
request = Request(
    "http://127.0.0.1:8000/checkout",
    data=json.dumps(order).encode(),
    headers={"Content-Type": "application/json"},
)
try:
    urlopen(request, timeout=5)
except HTTPError as error:
    print(error.code, error.read().decode())
