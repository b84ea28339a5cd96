import time

from billing import price, tell_amina, total
from celery import chord

prices = [price.s(article) for article in ("tea", "gold", "sugar")]
bill = chord(prices, total.s().on_error(tell_amina.s()))()
try:
    bill.get(timeout=10)
except ValueError as error:
    print("get() raised:", repr(error))

deadline = time.monotonic() + 10
while not bill.ready() and time.monotonic() < deadline:
    time.sleep(0.05)
print("the bill is", bill.state)
print("because:", str(bill.result).split(" raised ")[1])
print("the prices are", [job.state for job in bill.parent.results])
