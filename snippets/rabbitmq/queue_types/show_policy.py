import base64
import json
import urllib.request

# %2F is the virtual host "/". The management plugin answers here.
url = "http://localhost:15672/api/queues/%2F/orders"
login = base64.b64encode(b"guest:guest").decode()
request = urllib.request.Request(url, headers={"Authorization": f"Basic {login}"})
with urllib.request.urlopen(request, timeout=10) as answer:
    queue = json.load(answer)
print(queue.get("policy"), queue.get("effective_policy_definition"))
