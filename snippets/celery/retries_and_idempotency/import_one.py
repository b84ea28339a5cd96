import time
from pathlib import Path

from billiard.exceptions import WorkerLostError
from photos import import_photo

told = Path("told.txt")
told.write_text("")
try:
    import_photo.delay("tea.png").get(timeout=20)
except WorkerLostError:
    print("WorkerLostError")

deadline = time.monotonic() + 20
while not told.read_text() and time.monotonic() < deadline:
    time.sleep(0.1)
print(told.read_text(), end="")
