from collections.abc import Iterator, Sequence

from celery import chord
from shop import price_many, total


def parts(items: Sequence[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(items), size):
        yield list(items[start : start + size])


articles = ["tea", "coffee"] * 5_000
job = chord([price_many.s(part) for part in parts(articles, 100)], total.s())()
print(len(job.parent.results), "messages for", len(articles), "articles")
print(job.get(timeout=60), "cents")
