from urllib.error import HTTPError
from urllib.request import urlopen

for item in ["tea", "tea", "coffee", "silver", "gold", "tea", "gold"]:
    try:
        urlopen(f"http://127.0.0.1:8000/prices/{item}", timeout=10).read()
    except HTTPError as error:
        print(item, "->", error.code)
