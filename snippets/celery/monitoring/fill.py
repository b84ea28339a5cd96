from shop import pack

for order in (1001, 1002, 1003):
    pack.delay(order, 0.2)
for order in (1004, 1005):  # on Redis the less urgent ones, in a list of their own
    pack.apply_async([order, 0.2], priority=9)
