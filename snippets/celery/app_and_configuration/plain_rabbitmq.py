from celery import Celery

app = Celery("plain_rabbitmq", broker="amqp://guest:guest@localhost:5672//")


@app.task
def send_receipt(order: int) -> str:
    return f"receipt for order {order}"


if __name__ == "__main__":
    send_receipt.delay(1001)
