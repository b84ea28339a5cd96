"""Start a worker; end it when it takes longer than a second, as gunicorn does."""

import signal
import subprocess
import sys
import time

worker = subprocess.Popen([sys.executable, sys.argv[1]], stdout=subprocess.PIPE)
worker.stdout.readline()  # it works now
time.sleep(1)
worker.send_signal(signal.SIGABRT)
print("exit status", worker.wait(timeout=30))
