import sqlite3

from in_database import total

task = total.delay([450, 790])
print(task.get(timeout=20))
with sqlite3.connect("results.sqlite") as database:
    print(database.execute("SELECT task_id, status FROM celery_taskmeta").fetchall())
print(task.id)
