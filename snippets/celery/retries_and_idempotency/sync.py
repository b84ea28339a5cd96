import time
from pathlib import Path

from watched import sync_stock

try:
    sync_stock.delay("Lahore").get(timeout=20)
except ConnectionError as error:
    print("ConnectionError:", error)

told = Path("told.txt")
deadline = time.monotonic() + 20
while True:  # the handler is called when the result is stored
    time.sleep(0.1)
    if "for good" in told.read_text() or time.monotonic() > deadline:
        break
print(told.read_text(), end="")
