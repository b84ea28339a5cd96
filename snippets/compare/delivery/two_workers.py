from six_ways import WAYS, collect

anna, ben, in_hand = {}, {}, {}
for name, way in WAYS.items():
    anna[name], ben[name] = way("anna"), way("ben")
    anna[name].listen()
    ben[name].listen()
    sender = way("the shop")
    for step in ("1", "2", "3", "4"):
        sender.send(step)
    sender.close()
    in_hand[name] = None
    while in_hand[name] is None:
        in_hand[name] = anna[name].take()  # and Anna is slow

bens = collect(ben, seconds=2.5)
print("Way | Steps in the order in which they were done")
for name in WAYS:
    receipt, step = in_hand[name]
    anna[name].done(receipt)
    print(name, "|", *bens[name], step)
    anna[name].close()
    ben[name].close()
