import sys
import threading
import time

import httpx2

port, path = sys.argv[1:]
shop = f"http://localhost:{port}"
answers: list[httpx2.Response] = []


def send_slow_request() -> None:
    answers.append(httpx2.post(shop + path, timeout=60))


slow = threading.Thread(target=send_slow_request)
began = time.monotonic()
slow.start()
longest = 0.0
with httpx2.Client(base_url=shop, timeout=60) as other_visitors:
    while slow.is_alive():
        asked = time.monotonic()
        other_visitors.get("/health")
        longest = max(longest, time.monotonic() - asked)
whole = time.monotonic() - began

print("POST:", answers[0].status_code)
print("other visitors had to wait:", longest > 1 and longest > whole / 2)
