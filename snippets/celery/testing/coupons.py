from shop import app


@app.task
def send_coupon(to: str) -> str:
    return f"coupon to {to}"
