import httpx2

answer = httpx2.get("http://localhost:8001/jobs/any-text-at-all", timeout=10)
print(answer.status_code, answer.json())
