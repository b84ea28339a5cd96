import time

import httpx2

with httpx2.Client(base_url="http://localhost:8000", timeout=10) as http:
    begun = http.post("/exports", params={"rows": 3})
    print(begun.status_code, "accepted")

    before = None
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        answer = http.get(f"/exports/{begun.json()['id']}").json()
        if answer != before:
            print(answer)
        if answer["state"] in ("SUCCESS", "FAILURE"):
            break
        before = answer
        time.sleep(0.05)
