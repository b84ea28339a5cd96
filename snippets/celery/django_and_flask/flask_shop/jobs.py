from celery import Celery, Task
from flask import Flask


def add_celery(app: Flask) -> None:
    class InAppContext(Task):
        def __call__(self, *args: object, **kwargs: object) -> object:
            with app.app_context():  # current_app, g, the database session …
                return self.run(*args, **kwargs)

    celery_app = Celery(app.name, task_cls=InAppContext)
    celery_app.config_from_object(app.config["CELERY"])
    celery_app.set_default()  # for @shared_task, in every thread
    app.extensions["celery"] = celery_app
