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
while True:
    time.sleep(0.1)
    if told.read_text() or time.monotonic() > deadline:
        break
print(told.read_text(), end="")
