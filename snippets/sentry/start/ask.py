from urllib.error import HTTPError
from urllib.request import urlopen

questions = [
    "/divide?total=90&people=3",
    "/orders/7",
    "/divide?total=90&people=0",
]
for path in questions:
    try:
        with urlopen("http://127.0.0.1:8000" + path, timeout=5) as answer:
            print(path, "->", answer.status, answer.read().decode())
    except HTTPError as error:
        print(path, "->", error.code, error.read().decode())
