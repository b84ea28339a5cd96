from celery import Celery

app = Celery("partner", broker="redis://localhost:6379/0")


@app.task(rate_limit="2/s", ignore_result=True)
def tell_partner(order: int) -> None:
    print(f"told the partner of order {order}")
