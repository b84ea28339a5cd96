from billing import add_shipping, close_shop, price
from celery import chain

job = chain(price.s("tea"), add_shipping.s(300))()
print(job.get(timeout=10), "cents, and before it", job.parent.get(timeout=10))

job = (price.s("tea") | close_shop.si("holiday")).delay()
print(job.get(timeout=10))
