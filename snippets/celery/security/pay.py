from signed import pay

print(pay.delay("order-17").get(timeout=20))
