from circular_app import app


@app.task
def charge(order: int) -> str:
    return f"order {order} charged"
