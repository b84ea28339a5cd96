import sys

from celery import group
from celery.exceptions import WorkerLostError
from convert import convert

photos = [f"photo-{number:02}.png" for number in range(12)]
size = int(sys.argv[1])  # photos in each task
parts = [photos[at : at + size] for at in range(0, len(photos), size)]

tasks = group(convert.s(part) for part in parts)()
again = []
for part, task in zip(parts, tasks, strict=True):
    try:
        task.get(timeout=60)
    except WorkerLostError:
        again.append(part)
print("parts:", len(parts), "- killed:", len(again))
print("photos to convert again:", sum(map(len, again)))
for part in again:
    convert.delay(part).get(timeout=60)
