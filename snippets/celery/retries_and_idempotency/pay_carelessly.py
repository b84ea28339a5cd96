from pathlib import Path

from careless import charge

try:
    charge.delay(1001, 50).get(timeout=20)
except TypeError as error:
    print("TypeError:", error)
print("payments:", len(Path("payments.txt").read_text().splitlines()))
