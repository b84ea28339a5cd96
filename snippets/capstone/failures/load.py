"""Sign up many people at once; each sign-up has a key, so trying again is safe."""

import itertools
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import httpx2

PEOPLE = int(sys.argv[1])
http = httpx2.Client(base_url="http://localhost:8000", timeout=10)


def sign_up(number: int) -> int:
    person = {"email": f"reader{number}@example.org", "name": f"Reader {number}"}
    headers = {"Idempotency-Key": f"load-{number}"}
    for tries in itertools.count(1):
        try:
            answer = http.post("/signup", json=person, headers=headers)
            answer.raise_for_status()
        except httpx2.HTTPError:  # accepted or not? Nobody can tell: ask again
            time.sleep(0.2)
            continue
        with open("accepted.txt", "a") as file:
            file.write(f"{number} {answer.json()['id']}\n")
        return tries


with ThreadPoolExecutor(8) as pool:
    asked = sum(pool.map(sign_up, range(PEOPLE)))
print("accepted:", PEOPLE, "asked more than once:", "yes" if asked > PEOPLE else "no")
