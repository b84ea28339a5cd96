import sys
import threading
import time

import httpx2

port, path = sys.argv[1:]
answers: list[httpx2.Response] = []

with httpx2.Client(base_url=f"http://localhost:{port}", timeout=30) as http:
    slow = threading.Thread(target=lambda: answers.append(http.post(path)))
    began = time.monotonic()
    slow.start()
    longest = 0.0
    while slow.is_alive():  # other visitors come meanwhile
        asked = time.monotonic()
        http.get("/health")
        longest = max(longest, time.monotonic() - asked)
    whole = time.monotonic() - began

print("POST:", answers[0].status_code)
print("other visitors had to wait:", longest > 1 and longest > whole / 2)
