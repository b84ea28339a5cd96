from billing import add_shipping, price

print(price.map(["tea", "coffee"]).delay().get(timeout=10))
print(add_shipping.starmap([(450, 300), (790, 300)]).delay().get(timeout=10))
orders = [(cents, 300) for cents in (100, 200, 300, 400, 500)]
print(add_shipping.chunks(orders, 2).group()().get(timeout=10))
