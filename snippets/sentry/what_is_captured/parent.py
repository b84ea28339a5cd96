import signal
import subprocess
import sys

import sentry_sdk

sentry_sdk.init(auto_enabling_integrations=False)

status = subprocess.run([sys.executable, "endings.py", "killed"]).returncode
if status < 0:
    name = signal.Signals(-status).name
    print("the child was ended by", name)
    sentry_sdk.capture_message(f"report job ended by {name}", level="fatal")
    sentry_sdk.flush(timeout=10)
