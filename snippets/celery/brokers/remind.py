from shop import remind

for number in range(4):
    remind.apply_async([f"customer {number}"], countdown=3600)
remind.delay("Amina")
