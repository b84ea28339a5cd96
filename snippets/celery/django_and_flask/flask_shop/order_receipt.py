import httpx2
from celery.exceptions import TimeoutError
from web import create_app

answer = httpx2.post("http://localhost:8000/orders/1001/receipt", timeout=20)
print(answer.status_code)

job = create_app().extensions["celery"].AsyncResult(answer.json()["job"])
try:
    print(job.get(timeout=20))
except (RuntimeError, TimeoutError) as error:
    print(f"{type(error).__name__}:", str(error).splitlines()[0])
