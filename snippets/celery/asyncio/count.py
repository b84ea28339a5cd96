from tasks import count

print(count.delay(["home", "cart", "help"]).get(timeout=10))
