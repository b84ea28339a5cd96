import sys

import httpx2

path, name = sys.argv[1:]
with httpx2.Client(base_url="http://localhost:8000", timeout=30) as http:
    answer = http.post(path, data={"email": f"{name}@example.com"})
    print(answer.status_code, answer.text if answer.is_success else "")
