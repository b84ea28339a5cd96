from celery.exceptions import TimeoutError
from celery.result import AsyncResult
from shop import add, app, price

job = price.delay("salt")
try:
    job.get(timeout=20)
except KeyError as error:  # the task's own exception
    print(type(error).__name__, job.state)
print(job.get(propagate=False, timeout=20).args)

found = AsyncResult(add.delay(2, 3).id, app=app)  # all you need is the id
print(found.get(timeout=20), found.state, found.successful())
found.forget()

unknown = AsyncResult("no-such-id", app=app)
print(unknown.state)  # unknown, not "waiting"
try:
    unknown.get(timeout=0.5)
except TimeoutError:
    print("no answer in time")

waits = add.apply_async([2, 3], countdown=60)
waits.revoke()  # terminate=True also ends a running one
