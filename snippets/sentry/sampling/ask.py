from urllib.request import Request, urlopen

for number in range(60):
    url = f"http://localhost:8000/orders/{number}"
    urlopen(Request(url, method="POST"), timeout=10).close()
for _ in range(20):
    urlopen("http://localhost:8000/health", timeout=10).close()
