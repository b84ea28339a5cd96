import redis
import requests
from celery import Celery
from celery.utils.log import get_task_logger
from channels import CHANNELS, Alert, Busy

CLAIM, REMEMBER = 60, 24 * 3600  # seconds
app = Celery("tasks", broker="redis://localhost:6379/0")
notes = redis.Redis(db=1, socket_timeout=2, socket_connect_timeout=2)
log = get_task_logger(__name__)


@app.task
def notify(key: str, alert: Alert) -> None:
    """One task for each channel: what fails in one is not repeated in another."""
    for channel in CHANNELS:
        deliver.delay(channel, key, alert)


@app.task(bind=True, acks_late=True, max_retries=8)
def deliver(self, channel: str, key: str, alert: Alert) -> None:
    note = f"{channel}:{key}"
    if not notes.set(note, "claimed", nx=True, ex=CLAIM):
        log.info("%s: told already", channel)
        return
    try:
        CHANNELS[channel](alert)
    except requests.HTTPError:
        notes.delete(note)
        raise  # refused for good
    except (Busy, OSError) as error:  # no connection is an OSError
        notes.delete(note)
        wait = max(getattr(error, "seconds", 0), 2**self.request.retries)
        raise self.retry(exc=error, countdown=min(wait, 600)) from error
    notes.set(note, "sent", ex=REMEMBER)
    log.info("%s: told", channel)
