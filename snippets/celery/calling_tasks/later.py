import time
from datetime import UTC, datetime, timedelta

from tasks import note

began = time.time()
reminder = note.apply_async(["in two seconds"], countdown=2, expires=60)
at = datetime.now(UTC) + timedelta(seconds=2)
invoice = note.apply_async(["at a given time"], eta=at, expires=60)

print("not early:", reminder.get(timeout=20) >= began + 2)
print("not early:", invoice.get(timeout=20) >= at.timestamp())
