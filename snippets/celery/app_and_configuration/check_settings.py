from difflib import get_close_matches
from types import ModuleType

from celery import Celery
from celery.app.defaults import SETTING_KEYS


def unknown_settings(app: Celery) -> list[str]:
    """One line for each setting that Celery does not know."""
    found = []
    for name, value in app.conf.table().items():
        if name not in {*SETTING_KEYS, "deprecated_settings"} and not isinstance(
            value, ModuleType
        ):
            close = get_close_matches(name, SETTING_KEYS, 1)
            found.append(f"{name}: did you mean {' '.join(close) or 'something else'}?")
    return found


app = Celery("shop")
app.conf.update(task_acks_lat=True, result_expires=3600)
for line in unknown_settings(app):
    print(line)
    #> task_acks_lat: did you mean task_acks_late?
