from six_ways import WAYS, collect

for way in WAYS.values():
    sender = way("the shop")
    for number in (1, 2, 3):
        sender.send(f"order-{number}")
    sender.close()

later, again = {}, {}
for name, way in WAYS.items():
    later[name] = way("ben")
    later[name].listen()
came_later = collect(later, seconds=2.5)

for name, way in WAYS.items():
    # Another team, such as the accountants, wants the same orders once more.
    again[name] = way("carol", team="accountants")
    again[name].listen()
came_again = collect(again, seconds=2.5)

print("Way | Came when somebody listened | Came again for a second team")
for name in WAYS:
    print(f"{name} | {len(came_later[name])} of 3 | {len(came_again[name])} of 3")
    later[name].close()
    again[name].close()
