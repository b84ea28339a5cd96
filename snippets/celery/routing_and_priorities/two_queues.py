from shop import send_email

for order in range(1, 5):
    send_email.apply_async([f"low {order}"], queue="low")
for order in range(1, 5):
    send_email.apply_async([f"high {order}"], queue="high")
