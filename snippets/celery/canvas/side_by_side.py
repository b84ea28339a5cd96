from billing import price
from celery import group

jobs = group(price.s(article) for article in ("tea", "coffee", "sugar"))()
print(jobs.get(timeout=10))

jobs = group(price.s("tea"), price.s("gold"))()
print(jobs.get(timeout=10, propagate=False))
print("successful:", jobs.successful(), "failed:", jobs.failed())
