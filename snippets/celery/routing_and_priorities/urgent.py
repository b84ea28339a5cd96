from shop import send_email

for number in (5, 0, 9, 3):
    for order in ("a", "b"):
        send_email.apply_async([f"priority {number}, {order}"], priority=number)
