from pathlib import Path

from watched import sync_stock

try:
    sync_stock.delay("Lahore").get(timeout=20)
except ConnectionError as error:
    print("ConnectionError:", error)
print(Path("told.txt").read_text(), end="")
