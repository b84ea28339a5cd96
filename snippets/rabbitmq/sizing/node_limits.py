import json
import os
import urllib.request
from base64 import b64encode

API = os.environ.get("API", "http://localhost:15672/api")
LOGIN = os.environ.get("RABBITMQ_LOGIN", "guest:guest")  # user:password
MIB = 1024 * 1024

login = {"Authorization": "Basic " + b64encode(LOGIN.encode()).decode()}
request = urllib.request.Request(f"{API}/nodes", headers=login)
with urllib.request.urlopen(request, timeout=10) as answer:
    nodes = json.load(answer)
for node in nodes:
    print(node["name"])
    used, most = node["mem_used"], node["mem_limit"]
    print(f"  memory: {used / most:.2f} × the limit of {most / MIB:.0f} MiB")
    free, least = node["disk_free"], node["disk_free_limit"]
    print(f"  free disk: {free / least:.2f} × the limit of {least / 1e6:.0f} MB")
    used, most = node["fd_used"], node["fd_total"]
    print(f"  open files: {used / most:.2f} × the limit, counted: {most}")
    alarms = [name for name in ("mem", "disk_free") if node[f"{name}_alarm"]]
    print("  alarms:", ", ".join(alarms) or "none")
