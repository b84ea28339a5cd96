import os

from celery import Celery

app = Celery(
    "shop",
    broker="redis://localhost:6379/0",
    backend=os.environ.get("RESULT_BACKEND", "redis://localhost:6379/1"),
)
app.conf.result_expires = 3600


@app.task
def price(article: str) -> int:
    return {"tea": 450, "coffee": 790}[article]


@app.task
def price_many(articles: list[str]) -> int:
    return sum(price(article) for article in articles)


@app.task
def total(prices: list[int]) -> int:
    return sum(prices)
