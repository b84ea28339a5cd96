import os

from celery import Celery

# In production, for instance, db+postgresql+psycopg://USER:PASSWORD@HOST/DATABASE
RESULTS = os.environ.get("RESULT_URL", "db+sqlite:///results.sqlite")

app = Celery("in_database", broker="redis://localhost:6379/0", backend=RESULTS)
app.conf.result_expires = 3600  # seconds; beat deletes what is older


@app.task
def total(cents: list[int]) -> int:
    return sum(cents)
