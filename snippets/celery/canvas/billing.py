from celery import Celery, Task, chord

app = Celery(
    "billing",
    broker="redis://localhost:6379/0",
    backend="redis://localhost:6379/1",
)
app.conf.result_expires = 3600
CENTS = {"tea": 450, "coffee": 790, "sugar": 120}


@app.task
def price(article: str) -> int:
    if article not in CENTS:
        raise ValueError(f"no price for {article}")
    return CENTS[article]


@app.task
def add_shipping(cents: int, shipping: int) -> int:
    return cents + shipping


@app.task
def total(prices: list[int]) -> int:
    return sum(prices)


@app.task
def close_shop(reason: str) -> str:
    return f"closed: {reason}"


@app.task(bind=True)
def order_total(self: Task, articles: list[str]) -> int:
    # The steps depend on the data: put them in the place of this task.
    raise self.replace(chord([price.s(a) for a in articles], total.s()))


@app.task
def tell_amina(request, error: Exception, traceback: str) -> None:
    print(f"Amina, {request.task} failed: {error!r}")


@app.task(bind=True)
def who_asked(self: Task) -> dict[str, str]:
    return self.request.stamps
