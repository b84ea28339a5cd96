from exports import export_orders


def show(message: dict) -> None:
    if message["status"] == "PROGRESS":
        print(message["result"])


job = export_orders.delay(3)
print(job.get(timeout=20, on_message=show))
