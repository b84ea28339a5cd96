"""Sign up many people at once; each sign-up has a key, so trying again is safe."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

import httpx2

PEOPLE = int(sys.argv[1])
http = httpx2.Client(base_url="http://localhost:8000", timeout=10)


def sign_up(number: int) -> int:
    person = {"email": f"reader{number}@example.org", "name": f"Reader {number}"}
    for tries in range(1, 1000):
        try:
            headers = {"Idempotency-Key": f"load-{number}"}
            answer = http.post("/signup", json=person, headers=headers)
        except httpx2.TransportError:  # accepted or not? Nobody can tell: ask again
            time.sleep(0.2)
            continue
        if answer.status_code == 202:
            with open("accepted.txt", "a") as file:
                file.write(f"{number} {answer.json()['id']}\n")
            return tries
        time.sleep(0.2)
    raise TimeoutError(f"reader {number} was never accepted")


with ThreadPoolExecutor(8) as pool:
    asked = sum(pool.map(sign_up, range(PEOPLE)))
print("accepted:", PEOPLE, "asked more than once:", "yes" if asked > PEOPLE else "no")
