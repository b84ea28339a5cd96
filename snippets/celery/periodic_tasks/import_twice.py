from celery import group
from stock import import_carelessly, import_stock

for task in (import_carelessly, import_stock):
    answers = group(task.si(), task.si())().get(timeout=20)
    for answer in sorted(answers):
        print(answer)
