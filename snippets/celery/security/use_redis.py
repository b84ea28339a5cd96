from celery import chord, group
from shop import count, send_receipt

send_receipt.apply_async(["order-16"], countdown=600)
print(send_receipt.delay("order-17").get(timeout=20))
print(send_receipt.delay("order-18!").get(timeout=20), "at the second attempt")
two = [send_receipt.s("order-19"), send_receipt.s("order-20")]
print(group(two)().get(timeout=20))
print(chord(two)(count.s()).get(timeout=20), "receipts")
