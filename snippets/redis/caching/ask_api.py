import requests
from api_cache import client, get_json

SERVICE = "http://127.0.0.1:8000"

for language in ("en", "en", "ur"):
    print(get_json(f"{SERVICE}/rates", token="amina-1", language=language, base="USD"))
for _ in range(2):
    print(get_json(f"{SERVICE}/balance", token="amina-1", language="en"))
for _ in range(2):
    try:
        get_json(f"{SERVICE}/orders", token="amina-1", language="en")
    except requests.HTTPError as error:
        print(error.response.status_code)
print("kept:", len(list(client.scan_iter("api:v1:*"))))
