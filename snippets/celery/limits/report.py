from shop import app


@app.task(ignore_result=True, compression="gzip")
def report(orders: list[dict[str, str]]) -> None: ...


@app.task(ignore_result=True)
def report_by_id(day: str) -> None: ...
