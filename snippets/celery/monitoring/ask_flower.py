import base64
import json
import os
from urllib.request import Request, urlopen

login = base64.b64encode(os.environ["FLOWER_BASIC_AUTH"].encode()).decode()
request = Request("http://127.0.0.1:5555/api/tasks")
request.add_header("Authorization", f"Basic {login}")
with urlopen(request, timeout=10) as answer:
    tasks = json.load(answer).values()
print(len(tasks), "tasks")
for line in sorted({f"{task['name']}{task['args']} {task['state']}" for task in tasks}):
    print(line)
