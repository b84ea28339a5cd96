import requests
import sentry_sdk

sentry_sdk.init(release="shop@1.4.0", traces_sample_rate=1.0)

with sentry_sdk.start_transaction(op="task", name="compare prices"):
    for host in ("localhost", "127.0.0.1"):  # one is ours, one is a stranger's
        print(host, requests.get(f"http://{host}:8001/price", timeout=5).json())
