import sys
from urllib.request import Request, urlopen

for path in sys.argv[1:]:
    question = Request(f"http://localhost:8000{path}", method="POST")
    with urlopen(question, timeout=10) as answer:
        print(path, answer.status)
