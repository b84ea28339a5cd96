from tasks import app, attempt


@app.task(bind=True, max_retries=3)
def charge(self, order: int, amount: int) -> None:
    try:
        attempt("payments")  # the money is gone
        print("charged " + amount)  # and this is a programming error
    except Exception as error:
        raise self.retry(exc=error, countdown=0) from None
