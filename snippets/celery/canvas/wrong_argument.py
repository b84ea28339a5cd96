from billing import close_shop, price

job = (price.s("tea") | close_shop.s("holiday")).delay()
try:
    job.get(timeout=10)
except TypeError as error:
    print("TypeError:", error)
