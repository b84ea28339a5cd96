from tasks import Order, app, confirm

order = Order(number=1, email="amina@example.com", gift=True)
print(confirm.delay(order.model_dump(mode="json")).get(timeout=10))

messages = {
    "sent by yesterday's code": {"number": 2, "email": "bilal@example.com"},
    "sent by tomorrow's code": {"number": 3, "email": "chen@example.com", "vip": True},
    "sent by a bug": {"number": "three", "email": "dana@example.com"},
}
for what, message in messages.items():
    job = app.send_task("tasks.confirm", [message])
    answer = job.get(timeout=10, propagate=False)
    print(f"{what}: {job.state}, {str(answer).splitlines()[0]}")
