import sys
from concurrent.futures import ThreadPoolExecutor

import requests


def ask(customer: int) -> int:
    url = f"http://localhost:8000/{sys.argv[1]}/{customer}"
    return requests.get(url, timeout=20).status_code


with ThreadPoolExecutor(max_workers=10) as pool:
    print(*pool.map(ask, range(10)))
