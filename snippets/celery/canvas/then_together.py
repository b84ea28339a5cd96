from billing import add_shipping, order_total, price, total
from celery import chord

prices = [price.s(article) for article in ("tea", "coffee", "sugar")]
print(chord(prices, total.s())().get(timeout=10))
print((chord(prices, total.s()) | add_shipping.s(300))().get(timeout=10))
print(order_total.delay(["tea", "tea"]).get(timeout=10))
print(chord([], total.s())().get(timeout=10))
