from celery import Celery

app = Celery(
    "straight_app",
    broker="redis://localhost:6379/0",
    include=["straight_tasks"],  # a name, imported later: nobody waits for anybody
)
