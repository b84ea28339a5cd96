import time

import httpx2

with httpx2.Client(base_url="http://localhost:8000", timeout=20) as http:
    begun = http.post("/orders/1001/invoice")
    print(begun.status_code, "Location:", begun.headers["Location"])

    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        time.sleep(0.1)
        answer = http.get(begun.headers["Location"]).json()
        if answer["state"] in ("SUCCESS", "FAILURE"):
            break
    print(answer)

    unknown = http.get("/jobs/00000000-0000-4000-8000-000000000000")
    print(unknown.status_code, unknown.json())
