from celery import Task, signals
from logs import request_id, take_id


def take_id_if_there_is_one(task: Task, **_: object) -> None:
    if found := task.request.get("request_id"):
        request_id.set(found)  # and nobody takes it away again


signals.task_prerun.disconnect(take_id)
signals.task_prerun.connect(take_id_if_there_is_one)
